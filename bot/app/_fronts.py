"""The fronts: each platform that .env asks for, built on the same core."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from adapters import console as console_adapter
from bot import commands, ports, studio
from bot.settings import Settings


class Front(Protocol):
    """One platform at work."""

    @property
    def platform(self) -> ports.Platform:
        """Its way out."""

    async def start(self) -> None:
        """Connect. Raises OperatorError for a setting that is wrong."""

    async def run(self) -> int:
        """Listen until there is nothing more to hear; the exit code. Raises OperatorError."""

    async def hush(self) -> None:
        """Hear nothing new; what is being answered is answered. Results can still be posted."""

    async def stop(self) -> None:
        """Let go of everything; more than once is fine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleOptions:
    """How the console talks."""

    json: bool = False
    parallel: int = 1
    speed: float | None = None  # of the embedded simulator; None: as set


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """What every platform works with."""

    settings: Settings
    studio: studio.Studio
    reception: commands.Reception
    texts: commands.Texts
    commands: commands.Commands


def built(core: Core, *, options: ConsoleOptions) -> list[Front]:
    """Every platform that is set up; the console where it is asked for, or where there is no other."""
    settings = core.settings
    fronts: list[Front] = []
    on = settings.console.on
    if on == "yes" or (on == "auto" and not fronts):
        fronts.append(_console(core, options=options))
    return fronts


def platforms(fronts: list[Front]) -> Mapping[str, ports.Platform]:
    """Every platform's way out by its name."""
    return {front.platform.name: front.platform for front in fronts}


def _console(core: Core, *, options: ConsoleOptions) -> Front:
    settings = core.settings
    return console_adapter.ConsoleApp(
        commands=core.commands,
        studio=core.studio,
        texts=core.texts,
        files_root=settings.folders.data_dir,
        results=settings.folders.results_dir,
        options=console_adapter.Options(
            user=settings.console.user,
            language=settings.console.language,
            json=options.json,
            parallel=options.parallel,
            simulated=settings.uniall.key is None,
            history=settings.folders.data_dir / "history",
        ),
    )
