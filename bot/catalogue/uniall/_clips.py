"""What uniall's clips have in common: the usual endpoint (082), and a price for each second."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal, TypeAlias

from bot.catalogue._spec import Options, Produced, seconds_of
from bot.jobs import Output
from bot.media import MediaKind
from bot.requests import Json

Wide: TypeAlias = Literal["16:9", "9:16"]
Wider: TypeAlias = Literal["16:9", "9:16", "1:1"]


def came(produced: Produced, tiers: Sequence[str]) -> str | None:
    """The tier nearest to what came, by its shorter sides; None where nobody measured any."""
    outputs = [output for made in produced.values() for output in made]
    sides = [side for output in outputs for side in (output.facts.width, output.facts.height) if side]
    return min(tiers, key=lambda tier: abs(int(tier.removesuffix("p")) - min(sides))) if sides else None


class Clip(Options):
    """A clip that is asked for at the usual endpoint."""

    makes = MediaKind.VIDEO
    path = "/v1/video/generations"
    poll = "/v1/videos/{task_id}"
    unit = "second"


class Timed(Clip):
    """A clip whose length is said."""

    presets: ClassVar[Mapping[str, Json]] = {"duration": 5}

    duration: int

    def units(self) -> float:
        """Seconds asked for."""
        return self.duration

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Seconds that came, never more than asked for."""
        return min(self.units(), seconds_of(outputs) or self.units())
