"""The ports: what the core needs of the world, as Protocols, and the values that pass through them."""

from bot.ports._clock import Clock
from bot.ports._files import Files, Fitted, Fitting, Lending, Lent
from bot.ports._inbox import Event, Inbox
from bot.ports._jobs import Jobs
from bot.ports._journal import CallKey, Journal, Left, Taken
from bot.ports._links import LinkCode, Links
from bot.ports._people import Accounts, Communities, Ledger
from bot.ports._platforms import Delivery, Platform, Queued
from bot.ports._privacy import Privacy, Remembered
from bot.ports._promises import Promise, Promises
from bot.ports._providers import (
    Balance,
    Hearing,
    Inline,
    Origin,
    Provider,
    Source,
    Status,
    Submitted,
    TaskState,
)
from bot.ports._reports import Reading, Record, Reports
from bot.ports._store import Store, Transaction
from bot.ports._usage import Notice, Reached, Usage, Used
from bot.ports._voices import Voices

__all__ = [
    "Accounts",
    "Balance",
    "CallKey",
    "Clock",
    "Communities",
    "Delivery",
    "Event",
    "Files",
    "Fitted",
    "Fitting",
    "Hearing",
    "Inbox",
    "Inline",
    "Jobs",
    "Journal",
    "Ledger",
    "Left",
    "Lending",
    "Lent",
    "LinkCode",
    "Links",
    "Notice",
    "Origin",
    "Platform",
    "Privacy",
    "Promise",
    "Promises",
    "Provider",
    "Queued",
    "Reached",
    "Reading",
    "Record",
    "Remembered",
    "Reports",
    "Source",
    "Status",
    "Store",
    "Submitted",
    "Taken",
    "TaskState",
    "Transaction",
    "Usage",
    "Used",
    "Voices",
]
