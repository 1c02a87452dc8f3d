"""sora clips: 统一视频格式; on the route `openai` as OpenAI's own form, on `chat` as a chat that links to the clip.

NEX-SIZE: small, medium or large in the unified form, pixels in OpenAI's. NEX-DURATION: 5 to 20 seconds, as the page
prints for sora-2-all; OpenAI's form has OpenAI's lengths, which the page points at. A chat is told words and pictures.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from bot.catalogue._spec import By, Choice, Media, Model, Options, slim
from bot.catalogue.nexus import _clips
from bot.requests import Json, Kind

ORIENTATIONS: Mapping[str, str] = {"16:9": "landscape", "9:16": "portrait"}
PIXELS: Mapping[str, str] = {"16:9": "1280x720", "9:16": "720x1280"}
USUAL_S = 10  # seconds of a clip whose length was not said
MOST_PICTURES = 4  # no page says how many


def _shape(value: object) -> object:
    """The page's two words are shapes."""
    return next((ratio for ratio, word in ORIENTATIONS.items() if word == value), value)


Ratio: TypeAlias = Annotated[_clips.Wide, BeforeValidator(_shape)]
Pictures: TypeAlias = Annotated[tuple[Media, ...], Field(min_length=1, max_length=MOST_PICTURES)]


class Text(_clips.Unified):
    """A clip from words."""

    operation = "text-to-video"
    page = "sora > 统一视频格式"
    words: ClassVar[Mapping[str, str]] = {"orientation": "ratio", "size": "resolution"}
    presets: ClassVar[Mapping[str, Json]] = {"resolution": "medium", "duration": USUAL_S}

    ratio: Ratio | None = None
    resolution: Literal["small", "medium", "large"] | None = None
    duration: Annotated[int, Field(ge=5, le=20)] | None = None

    def reckoned_s(self) -> int:
        """What commands ask for."""
        return USUAL_S

    def body(self, model: str) -> dict[str, Json]:
        """The table of 统一视频格式."""
        return slim(
            model=model,
            prompt=self.prompt,
            orientation=ORIENTATIONS[self.ratio] if self.ratio else None,
            size=self.resolution,
            duration=self.duration,
            images=list(getattr(self, "images", ())),
        )


class Image(Text):
    """Pictures brought to life."""

    operation = "image-to-video"

    images: Pictures


class FormText(_clips.OpenAi):
    """A clip from words."""

    operation = "text-to-video"
    page = "sora > OpenAI 官方视频格式"
    resolution: ClassVar[str] = "medium"  # 720p, and priced like it

    ratio: Ratio | None = None
    duration: Annotated[Literal[4, 8, 12], Choice] = 8

    def reckoned_s(self) -> int:
        """It is always said."""
        return self.duration

    def body(self, model: str) -> dict[str, Json]:
        """OpenAI's own form."""
        return slim(
            model=model,
            prompt=self.prompt,
            size=PIXELS[self.ratio] if self.ratio else None,
            seconds=str(self.duration),
            input_reference=getattr(self, "image", None),
        )


class FormImage(FormText):
    """A picture brought to life."""

    operation = "image-to-video"
    uploads = frozenset({"image"})
    only_files = frozenset({"image"})
    upload_part = "input_reference"

    image: Media


class ChatText(_clips.Clip):
    """A clip from words."""

    operation = "text-to-video"
    path = "/v1/chat/completions"
    poll = ""
    page = "sora > chat 格式"
    resolution: ClassVar[str] = "medium"  # it can't be said, and is priced so

    def reckoned_s(self) -> int:
        """A chat has no place for seconds."""
        return USUAL_S

    def body(self, model: str) -> dict[str, Json]:
        """Streamed, so that it says how far it is."""
        return {"model": model, "messages": [{"role": "user", "content": self.said_in_chat()}], "stream": True}

    def said_in_chat(self) -> Json:
        """The words; with pictures, a list of all."""
        pictures = [{"type": "image_url", "image_url": {"url": url}} for url in getattr(self, "images", ())]
        return [{"type": "text", "text": self.prompt}, *pictures] if pictures else self.prompt


class ChatImage(ChatText):
    """Pictures brought to life."""

    operation = "image-to-video"

    images: Pictures


ROUTES: Mapping[str, tuple[type[Options], ...]] = {
    "unified": (Text, Image),
    "openai": (FormText, FormImage),
    "chat": (ChatText, ChatImage),
}


def _model(id: str, title: str, credits: Mapping[str, float], typical_s: float, tier: str, *aliases: str) -> Model:
    return Model(
        id=id,
        provider="nexus",
        kind=Kind.VIDEO,
        title=title,
        operations=ROUTES["unified"],
        rate=By("resolution", credits),
        typical_s=typical_s,
        tier=tier,
        aliases=aliases,
        route="unified",
        routes=ROUTES,
    )


MODELS = (
    _model("sora-2-all", "Sora 2 · nexus", {"small": 5, "medium": 6, "large": 8}, 180, "good"),
    _model("sora-2-pro-all", "Sora 2 Pro · nexus", {"small": 16, "medium": 20, "large": 30}, 400, ""),
)
