"""Communities, the inbox of events, and the pool that a job may draw on.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make two tables, and two columns that SQLite adds in place: no table is rebuilt, no trigger lost."""
    op.create_table(
        "communities",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("native", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("platform", "native", name="one_community_per_id"),
    )
    op.create_table(
        "inbox",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("platform", "key"),
    )
    op.create_index("inbox_waiting", "inbox", ["platform", "done_at", "at"], unique=False)
    op.create_index("inbox_done", "inbox", ["done_at"], unique=False)
    op.add_column("jobs", sa.Column("pool", sa.Text(), server_default="house", nullable=False))
    op.add_column("jobs", sa.Column("pool_from", sa.DateTime(), nullable=True))
