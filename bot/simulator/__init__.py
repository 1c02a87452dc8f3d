"""A simulator of the provider "uniall": its documented interface over real HTTP, with real media and with faults.

It is written from the provider's documents alone and imports nothing of the bot, so that it can't share its mistakes.
Numbers such as 071 in its docstrings are pages of those documents.
"""

from bot.simulator.options import Options
from bot.simulator.server import Simulator, serve

__all__ = ["Options", "Simulator", "serve"]
