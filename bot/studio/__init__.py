"""The studio: the one door to the core that adapters and commands use."""

from bot.studio._door import Studio
from bot.studio._purse import Giving, Present
from bot.studio._questions import DRAFT_LIFE
from bot.studio._usage import CommunityUsage
from bot.studio._values import Accepted, Asked, Cancelled, Offer, Question, View
from bot.studio._voices import CLONE, free

__all__ = [
    "CLONE",
    "DRAFT_LIFE",
    "Accepted",
    "Asked",
    "Cancelled",
    "CommunityUsage",
    "Giving",
    "Offer",
    "Present",
    "Question",
    "Studio",
    "View",
    "free",
]
