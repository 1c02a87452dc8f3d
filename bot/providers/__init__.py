"""The providers: one file for each third-party HTTP service, above one shared HTTP client; found by their names."""

import importlib
import pkgutil
from dataclasses import dataclass, field

from bot import ports
from bot.providers._http import Limits

__all__ = ["Account", "Limits", "names", "opened"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The operator's account with one provider."""

    key: str = field(repr=False)
    base_url: str
    limits: Limits = field(default_factory=Limits)
    result_path: str = ""  # where results are asked for when the provider's document does not say; with {task_id}


def names() -> tuple[str, ...]:
    """Every provider that has a file here."""
    return tuple(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def opened(name: str, account: Account) -> ports.Provider:
    """A provider at work. Raises OperatorError for a key or an address that can't be one."""
    made: ports.Provider = importlib.import_module(f"{__name__}.{name}").opened(account)
    return made
