"""Reports: a task as an answer may tell of it."""

import base64
import dataclasses
from pathlib import Path

from bot.simulator.made import Made
from bot.simulator.submits import Submit
from bot.simulator.tasks import State


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A task at one moment; answers are made from it."""

    submit: Submit
    state: State
    made: Made  # what it makes
    urls: tuple[str, ...] = ()  # of its results; none before it is done
    cover: str = ""  # URL of a video's still; "" where none is made
    paths: tuple[Path, ...] = ()  # the results themselves, for answers that carry their bytes

    @property
    def base64(self) -> tuple[str, ...]:
        """The results as text, where the answer carries them."""
        return tuple(base64.b64encode(path.read_bytes()).decode() for path in self.paths)
