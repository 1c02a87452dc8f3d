"""What a provider told at once or at our callback, and what it said beside its files.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns that SQLite adds in place: no table is rebuilt, no trigger lost."""
    op.add_column("calls", sa.Column("callback", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("calls", sa.Column("answer", sa.Text(), nullable=True))
    op.add_column("outputs", sa.Column("usage", sa.Text(), nullable=True))
    op.add_column("outputs", sa.Column("partial", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("outputs", sa.Column("actions", sa.JSON(), server_default="[]", nullable=False))
