"""The catalogue: every model, how it is found, and how what a member said becomes its options."""

from bot.catalogue._prepare import prepare
from bot.catalogue._shelf import MODELS, QUALITIES, find, pick
from bot.catalogue._spec import Model, Options, Step

__all__ = ["MODELS", "QUALITIES", "Model", "Options", "Step", "find", "pick", "prepare"]
