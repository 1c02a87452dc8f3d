"""One person over several platforms, what community owners set, and everything credits need beside jobs.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TRIGGERS = (
    """CREATE TRIGGER transfers_are_not_changed BEFORE UPDATE ON transfers
       BEGIN SELECT RAISE(ABORT, 'transfers are never changed: post a new one'); END""",
    """CREATE TRIGGER transfers_are_not_deleted BEFORE DELETE ON transfers
       BEGIN SELECT RAISE(ABORT, 'transfers are never deleted: post a new one'); END""",
)


def upgrade() -> None:
    """Add columns in place and make tables; `transfers` is copied, because it must know more kinds."""
    _people()
    _transfers()
    _communities()
    _jobs()
    _privacy()
    op.create_table(
        "provider_balances",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("amount", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "day"),
    )


def _people() -> None:
    op.add_column("accounts", sa.Column("joined_to", sa.Text(), nullable=True))
    op.add_column("accounts", sa.Column("began_at", sa.DateTime(), nullable=True))
    op.execute("UPDATE accounts SET began_at = created_at")
    op.add_column("accounts", sa.Column("emptied_at", sa.DateTime(), nullable=True))
    op.add_column("accounts", sa.Column("erased_at", sa.DateTime(), nullable=True))
    op.add_column("accounts", sa.Column("home", sa.Text(), nullable=True))
    op.create_index("ix_accounts_joined_to", "accounts", ["joined_to"], unique=False)
    op.add_column("identities", sa.Column("handle", sa.Text(), nullable=True))
    op.create_index("identities_by_handle", "identities", ["platform", "handle"], unique=False)
    op.create_table(
        "link_codes",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_link_codes_account", "link_codes", ["account"], unique=False)
    op.create_table(
        "link_tries",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("link_tries_by_account", "link_tries", ["account", "at"], unique=False)
    op.create_table(
        "promises",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False, server_default=""),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("kept_at", sa.DateTime(), nullable=True),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_promises_account", "promises", ["account"], unique=False)
    op.create_index("promises_untold", "promises", ["subject", "act", "told_at"], unique=False)


def _transfers() -> None:
    op.execute("DROP TRIGGER transfers_are_not_changed")
    op.execute("DROP TRIGGER transfers_are_not_deleted")
    with op.batch_alter_table("transfers", recreate="always") as table:
        table.drop_constraint("known_kind", type_="check")
        table.create_check_constraint(
            "known_kind",
            "kind IN ('grant', 'hold', 'capture', 'release', 'give', 'take', 'gift', 'donation', 'join', 'expire')",
        )
    for trigger in TRIGGERS:
        op.execute(trigger)


def _communities() -> None:
    op.add_column("communities", sa.Column("rules", sa.JSON(), server_default="{}", nullable=False))
    op.create_table(
        "bans",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("community", "account"),
    )
    op.create_table(
        "notices",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("budget", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("community", "period", "share"),
    )
    op.create_index("notices_unsent", "notices", ["sent_at"], unique=False)
    op.add_column("audit", sa.Column("community", sa.Text(), nullable=True))
    op.add_column("audit", sa.Column("refused", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("audit", sa.Column("change", sa.Text(), server_default="", nullable=False))
    op.add_column("audit", sa.Column("key", sa.Text(), nullable=True))
    op.create_index("audit_by_community", "audit", ["community", "id"], unique=False)
    op.create_index("audit_by_key", "audit", ["key"], unique=False)


def _jobs() -> None:
    op.add_column("jobs", sa.Column("percent", sa.Integer(), server_default="100", nullable=False))
    op.add_column("jobs", sa.Column("bonus", sa.Integer(), server_default="0", nullable=False))
    op.add_column("drafts", sa.Column("percent", sa.Integer(), server_default="100", nullable=False))
    op.add_column("drafts", sa.Column("own", sa.Integer(), server_default="0", nullable=False))
    op.create_index("jobs_by_time", "jobs", ["created_at"], unique=False)
    op.create_index("jobs_by_pool", "jobs", ["pool", "created_at"], unique=False)


def _privacy() -> None:
    op.create_table(
        "erased",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("emptied_at", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
