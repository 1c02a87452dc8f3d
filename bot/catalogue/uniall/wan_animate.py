"""Wan 2.2 Animate clips: page 102. A picture moves as somebody in a clip does, or takes their place there.

UNI-ANIMATE-REQUIRED: words, picture, clip, seconds and mode are always sent, at the top, and nothing twice.
UNI-ANIMATE-POLL: asked after as the other Wan clips (100).
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from bot.catalogue._spec import Flat, Measured, Media, Model, Prompt, Seed, seconds_of, slim
from bot.catalogue.uniall import _clips
from bot.errors import Problem
from bot.jobs import Output
from bot.media import Facts
from bot.requests import Json, Kind

LONGEST_S = 30  # the page names no longest clip; the model's own interface takes thirty seconds


class Animate(_clips.Clip):
    """A picture that moves as a clip does, or that takes the place of who is in the clip."""

    operation = "animate"
    page = "102"
    counts = "The seconds asked for; those of the source where none are."

    prompt: Prompt
    image: Media
    video: Media
    duration: Annotated[int, Field(ge=1, le=LONGEST_S)] | None = None  # None: as long as the clip
    mode: Literal["animate", "replace"] = "animate"
    seed: Seed | None = None
    video_s: Annotated[int | None, Field(ge=1), Measured("video", whole=True)] = None

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """Seconds that are said, or measured."""
        if self.duration is None and self.video_s is None:
            yield Problem(field="duration", rule="missing", allowed=f"1 to {LONGEST_S}")

    def units(self) -> float:
        """Seconds asked for, or those of the source."""
        return self.duration or min(self.video_s or LONGEST_S, LONGEST_S)

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Seconds that came, never more than asked for."""
        return min(self.units(), seconds_of(outputs) or self.units())

    def body(self, model: str) -> dict[str, Json]:
        """Page 102, "请求体参数"."""
        return slim(
            model=model,
            prompt=self.prompt,
            image=self.image,
            video=self.video,
            duration=int(self.units()),
            mode=self.mode,
            seed=self.seed,
        )


def _model(resolution: str, credits: int, *aliases: str) -> Model:
    return Model(
        id=f"wan2.2-animate-{resolution}",
        provider="uniall",
        kind=Kind.VIDEO,
        title=f"Wan 2.2 Animate · {resolution}",
        operations=(Animate,),
        rate=Flat(credits),
        typical_s=240,
        aliases=aliases,
        fixed={"resolution": resolution},
    )


MODELS = (_model("480p", 5), _model("720p", 8, "wan-animate"))
