"""The catalogue: every model, how it is found, and how what a member said becomes its options."""

from bot.catalogue._changes import Changes, change
from bot.catalogue._picking import pick
from bot.catalogue._prepare import prepare
from bot.catalogue._shelf import MODELS, QUALITIES, Shelved, arrange, called, close, everything, find, is_open
from bot.catalogue._spec import Model, Options, Step

__all__ = [
    "MODELS",
    "QUALITIES",
    "Changes",
    "Model",
    "Options",
    "Shelved",
    "Step",
    "arrange",
    "called",
    "change",
    "close",
    "everything",
    "find",
    "is_open",
    "pick",
    "prepare",
]
