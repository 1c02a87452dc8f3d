"""grok-video-1.5 clips: page 073, one picture brought to life in its own shape.

UNI-GROKV15-BOTH: the picture goes as `image`, and not as `image_url` too.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias, get_args

from pydantic import Field

from bot.catalogue._spec import By, Media, Model, Produced, Prompt, Rate, slim
from bot.catalogue.uniall import _clips
from bot.requests import Json, Kind

Resolution: TypeAlias = Literal["480p", "720p", "1080p"]


class Image(_clips.Timed):
    """A picture brought to life, in its own shape."""

    operation = "image-to-video"
    path = "/v1/videos"
    page = "073 §3"
    words: ClassVar[Mapping[str, str]] = {"size": "resolution"}
    presets: ClassVar[Mapping[str, Json]] = {}
    single = frozenset({"image"})

    prompt: Prompt
    image: Media
    resolution: Resolution | None = None
    duration: Annotated[int, Field(ge=1, le=15)] = 6  # the page advises to send one

    def settle(self, rate: Rate, produced: Produced) -> int:
        """A resolution that was not said is charged as what came."""
        tier = self.resolution or _clips.came(produced, get_args(Resolution))
        return _clips.Timed.settle(self.model_copy(update={"resolution": tier}), rate, produced)

    def body(self, model: str) -> dict[str, Json]:
        """Page 073 §4."""
        return slim(model=model, prompt=self.prompt, image=self.image, duration=self.duration, size=self.resolution)


MODELS = (
    Model(
        id="grok-video-1.5",
        provider="uniall",
        kind=Kind.VIDEO,
        title="Grok Video 1.5",
        operations=(Image,),
        rate=By("resolution", {"480p": 5, "720p": 7, "1080p": 12}),
        typical_s=80,
        aliases=("grok-1.5",),
    ),
)
