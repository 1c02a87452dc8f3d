"""What a provider says beforehand that a call will take.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column that SQLite adds in place: no table is rebuilt, no trigger lost."""
    op.add_column("calls", sa.Column("usage", sa.Text(), nullable=True))
