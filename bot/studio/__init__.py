"""The studio: the one door to the core that adapters and commands use."""

from bot.studio._door import Studio
from bot.studio._history import Moved
from bot.studio._owners import LOGGED, Handed, Line, State
from bot.studio._people import UNLINK, Code, Joined, Parting
from bot.studio._privacy import REMEMBERED, Erasing, Gathered
from bot.studio._purse import DONATION, GIFT, MOST_GIVEN, Frame, Giving, Present
from bot.studio._questions import DRAFT_LIFE
from bot.studio._usage import CommunityUsage
from bot.studio._values import Accepted, Asked, Cancelled, Offer, Question, View
from bot.studio._voices import CLONE, free

__all__ = [
    "CLONE",
    "DONATION",
    "DRAFT_LIFE",
    "GIFT",
    "LOGGED",
    "MOST_GIVEN",
    "REMEMBERED",
    "UNLINK",
    "Accepted",
    "Asked",
    "Cancelled",
    "Code",
    "CommunityUsage",
    "Erasing",
    "Frame",
    "Gathered",
    "Giving",
    "Handed",
    "Joined",
    "Line",
    "Moved",
    "Offer",
    "Parting",
    "Present",
    "Question",
    "State",
    "Studio",
    "View",
    "free",
]
