"""The tables, as the newest migration leaves them."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment in UTC: aware in Python, kept without zone."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse what has no zone: its meaning would be a guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


metadata = sa.MetaData()

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("language", sa.Text),
    sa.Column("ask_above", sa.Integer),
    sa.Column("models", sa.JSON, nullable=False),
    sa.Column("joined_to", sa.Text, index=True),  # the account that this one is part of now
    sa.Column("began_at", Moment),  # what its allowance counts from
    sa.Column("emptied_at", Moment),  # that day's allowance counts as used up
    sa.Column("erased_at", Moment),
    sa.Column("home", sa.Text),  # the community whose pool pays in direct messages
)

identities = sa.Table(
    "identities",
    metadata,
    sa.Column("platform", sa.Text, primary_key=True),
    sa.Column("user", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, sa.ForeignKey("accounts.id"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("handle", sa.Text),  # what others may call them by, in small letters and without @
)
sa.Index("identities_by_handle", identities.c.platform, identities.c.handle)

balances = sa.Table(
    "balances",
    metadata,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("balance", sa.Integer, nullable=False),
    sa.CheckConstraint("balance >= 0 OR account = 'issuer'", name="not_negative"),
)

transfers = sa.Table(
    "transfers",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("debit", sa.Text, nullable=False, index=True),
    sa.Column("credit", sa.Text, nullable=False, index=True),
    sa.Column("amount", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("job", sa.Text, index=True),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.CheckConstraint("amount > 0", name="amount_positive"),
    sa.CheckConstraint("debit <> credit", name="two_accounts"),
    sa.CheckConstraint(
        "kind IN ('grant', 'hold', 'capture', 'release', 'give', 'take', 'gift', 'donation', 'join', 'expire')",
        name="known_kind",
    ),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("request_key", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),  # JSON of requests.Place
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("request", sa.Text, nullable=False),  # JSON of requests.Request
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("price", sa.Integer, nullable=False),
    sa.Column("charge", sa.Integer),
    sa.Column("progress", sa.Integer),
    sa.Column("message", sa.Text),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("started_at", Moment),
    sa.Column("ended_at", Moment),
    sa.Column("failure", sa.Text),
    sa.Column("failure_words", sa.Text, nullable=False, server_default=""),
    sa.Column("hidden_at", Moment),
    sa.Column("watch_until", Moment),
    sa.Column("late_at", Moment),
    sa.Column("told_at", Moment),
    sa.Column("again_of", sa.Text),
    sa.Column("pool", sa.Text, nullable=False, server_default="house"),
    sa.Column("pool_from", Moment),
    sa.Column("percent", sa.Integer, nullable=False, server_default="100"),
    sa.Column("bonus", sa.Integer, nullable=False, server_default="0"),
    sa.UniqueConstraint("platform", "request_key", name="one_job_per_event"),
    sa.CheckConstraint(
        "state IN ('queued', 'running', 'delivering', 'done', 'failed', 'cancelled')", name="known_job_state"
    ),
    sa.CheckConstraint("charge IS NULL OR (charge >= 0 AND charge <= price)", name="charge_within_price"),
)
sa.Index("jobs_by_account", jobs.c.account, jobs.c.created_at)
sa.Index("jobs_by_state", jobs.c.state)
sa.Index("jobs_watched", jobs.c.watch_until)
sa.Index("jobs_by_time", jobs.c.created_at)
sa.Index("jobs_by_pool", jobs.c.pool, jobs.c.created_at)

calls = sa.Table(
    "calls",
    metadata,
    sa.Column("job", sa.Text, sa.ForeignKey("jobs.id"), primary_key=True),
    sa.Column("step", sa.Integer, primary_key=True),
    sa.Column("attempt", sa.Integer, primary_key=True),
    sa.Column("provider", sa.Text, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("poll_path", sa.Text, nullable=False),
    sa.Column("task_id", sa.Text),
    sa.Column("session", sa.Text, nullable=False),
    sa.Column("submitted_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("failure", sa.Text),
    sa.Column("failure_words", sa.Text, nullable=False, server_default=""),
    sa.Column("callback", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("answer", sa.Text),  # JSON of jobs.Answer
    sa.Column("usage", sa.Text),  # JSON of jobs.Usage
    sa.CheckConstraint("state IN ('submitting', 'running', 'succeeded', 'failed', 'unknown')", name="known_call_state"),
)
sa.Index("calls_by_model", calls.c.model, calls.c.ended_at)

outputs = sa.Table(
    "outputs",
    metadata,
    sa.Column("job", sa.Text, sa.ForeignKey("jobs.id"), primary_key=True),
    sa.Column("step", sa.Integer, primary_key=True),
    sa.Column("index", sa.Integer, primary_key=True),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),  # JSON of media.Facts
    sa.Column("delivered_at", Moment),
    sa.Column("usage", sa.Text),  # JSON of jobs.Usage
    sa.Column("partial", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("actions", sa.JSON, nullable=False, server_default="[]"),  # of jobs.Action
)

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("place", sa.Text, nullable=False),  # JSON of requests.Place
    sa.Column("request", sa.Text, nullable=False),  # JSON of requests.Request
    sa.Column("price", sa.Integer, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("job", sa.Text),
    sa.Column("dismissed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("percent", sa.Integer, nullable=False, server_default="100"),
    sa.Column("own", sa.Integer, nullable=False, server_default="0"),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("community", sa.Text),
    sa.Column("refused", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("change", sa.Text, nullable=False, server_default=""),  # JSON: what it was before, what it is after
    sa.Column("key", sa.Text),  # of the event that asked for it
)
sa.Index("audit_by_community", audit.c.community, audit.c.id)
sa.Index("audit_by_key", audit.c.key)

communities = sa.Table(
    "communities",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("native", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("language", sa.Text),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("rules", sa.JSON, nullable=False, server_default="{}"),  # what its owner changed, by the rule's name
    sa.UniqueConstraint("platform", "native", name="one_community_per_id"),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("platform", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("payload", sa.Text, nullable=False),  # JSON of the platform's event; "" once it is done
    sa.Column("at", Moment, nullable=False),
    sa.Column("done_at", Moment),
)
sa.Index("inbox_waiting", inbox.c.platform, inbox.c.done_at, inbox.c.at)
sa.Index("inbox_done", inbox.c.done_at)

voices = sa.Table(
    "voices",
    metadata,
    sa.Column("provider", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("job", sa.Text, sa.ForeignKey("jobs.id"), nullable=False, index=True),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("deleted_at", Moment),
)
sa.Index("voices_by_account", voices.c.account, voices.c.made_at)

link_codes = sa.Table(
    "link_codes",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),  # of the code, which is kept nowhere
    sa.Column("account", sa.Text, sa.ForeignKey("accounts.id"), nullable=False, index=True),
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("place", sa.Text),  # JSON of requests.Place: where its owner is told; NULL once it is used
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("used_at", Moment),
)

link_tries = sa.Table(
    "link_tries",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
)
sa.Index("link_tries_by_account", link_tries.c.account, link_tries.c.at)

promises = sa.Table(
    "promises",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, sa.ForeignKey("accounts.id"), nullable=False, index=True),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("amount", sa.Integer, nullable=False),
    sa.Column("why", sa.Text, nullable=False, server_default=""),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("kept_at", Moment),
    sa.Column("told_at", Moment),
)
sa.Index("promises_untold", promises.c.subject, promises.c.act, promises.c.told_at)

bans = sa.Table(
    "bans",
    metadata,
    sa.Column("community", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("community", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),  # 2026-11 or 2026-11-21, in the community's time zone
    sa.Column("share", sa.Integer, primary_key=True),  # percent of the budget that was reached
    sa.Column("at", Moment, nullable=False),
    sa.Column("used", sa.Integer, nullable=False),
    sa.Column("budget", sa.Integer, nullable=False),
    sa.Column("place", sa.Text),  # JSON of requests.Place; NULL when it was not reached from within the community
    sa.Column("sent_at", Moment),
)
sa.Index("notices_unsent", notices.c.sent_at)

provider_balances = sa.Table(
    "provider_balances",
    metadata,
    sa.Column("provider", sa.Text, primary_key=True),
    sa.Column("day", sa.Text, primary_key=True),  # UTC
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("amount", sa.Float, nullable=False),  # in the provider's own currency
    sa.Column("at", Moment, nullable=False),
)

erased = sa.Table(
    "erased",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),  # of an identity, keyed: it says nothing about anybody
    sa.Column("began_at", Moment, nullable=False),
    sa.Column("emptied_at", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
)

LEDGER_TRIGGERS = (
    """CREATE TRIGGER transfers_are_not_changed BEFORE UPDATE ON transfers
       BEGIN SELECT RAISE(ABORT, 'transfers are never changed: post a new one'); END""",
    """CREATE TRIGGER transfers_are_not_deleted BEFORE DELETE ON transfers
       BEGIN SELECT RAISE(ABORT, 'transfers are never deleted: post a new one'); END""",
)
"""What keeps the ledger append-only. A migration that rebuilds `transfers` drops them and must make them again."""
