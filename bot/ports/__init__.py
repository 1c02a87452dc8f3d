"""The ports: what the core needs of the world, as Protocols, and the values that pass through them."""

from bot.ports._clock import Clock
from bot.ports._files import Files, Fitted, Fitting, Lending, Lent
from bot.ports._inbox import Event, Inbox
from bot.ports._jobs import Jobs
from bot.ports._journal import CallKey, Journal, Left
from bot.ports._people import Accounts, Communities, Ledger
from bot.ports._platforms import Delivery, Platform, Queued
from bot.ports._providers import Balance, Provider, Source, Status, TaskState
from bot.ports._store import Store, Transaction

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
    "Inbox",
    "Jobs",
    "Journal",
    "Ledger",
    "Left",
    "Lending",
    "Lent",
    "Platform",
    "Provider",
    "Queued",
    "Source",
    "Status",
    "Store",
    "TaskState",
    "Transaction",
]
