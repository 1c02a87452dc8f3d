"""The composition root: settings → storage → providers → studio → platforms, and the signals that stop it all."""

from bot.app._app import App
from bot.app._fronts import ConsoleOptions
from bot.app._proofs import Proof, proofs
from bot.app._signals import heard

__all__ = ["App", "ConsoleOptions", "Proof", "heard", "proofs"]
