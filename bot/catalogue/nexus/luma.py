"""luma clips: 提交生成视频任务. The model is not named in the request, and there is no field for its length.

Neither the shapes nor what is in `keyframes` is printed: both are those of Luma's own API, which the page points at.
NEX-DURATION: 5 to 10 seconds come, so the price is for the clip.
"""

from typing import Literal

from bot.catalogue._spec import Flat, Media, Model, Prompt, slim
from bot.catalogue.nexus import _asked
from bot.media import MediaKind
from bot.requests import Json, Kind


class Text(_asked.Asked):
    """A clip from words."""

    operation = "text-to-video"
    makes = MediaKind.VIDEO
    path = "/v1/generations"
    poll = "/v1/generations/{task_id}"
    page = "luma > 提交生成视频任务"
    unit = "clip"

    prompt: Prompt
    ratio: Literal["16:9", "9:16", "1:1", "4:3", "3:4", "21:9", "9:21"] | None = None
    loop: bool | None = None

    def body(self, model: str) -> dict[str, Json]:
        """The table of 提交生成视频任务."""
        frames = {"frame0": getattr(self, "image", None), "frame1": getattr(self, "last", None)}
        return slim(
            prompt=self.prompt,
            aspect_ratio=self.ratio,
            loop=self.loop,
            keyframes={name: {"type": "image", "url": url} for name, url in frames.items() if url},
        )


class Image(Text):
    """A picture brought to life."""

    operation = "image-to-video"

    image: Media


class Frames(Image):
    """A clip from its first picture to its last."""

    operation = "first-last-frame"

    last: Media


MODELS = (
    Model(
        id="luma",
        provider="nexus",
        kind=Kind.VIDEO,
        title="Luma",
        operations=(Text, Image, Frames),
        rate=Flat(40),
        typical_s=90,
    ),
)
