"""Sora 2 clips: pages 087 and 088. Most ids say the shape and the seconds; those of the Pro models say neither.

UNI-SORA-IMAGE-URL: a picture may be left out. UNI-SORA-DURATION: where the id has the seconds, none are sent.
UNI-SORA-PRO-LIST: the Pro models as tasks only, and the true 1080p where the account has it. UNI-SORA-MODEL-ECHO: what
answers call the model is not compared.

The route `chat` is page 089: the answer waits for the clip, and links to it.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from bot.catalogue._spec import Choice, Flat, Media, Model, Options, Prompt, slim
from bot.catalogue.uniall import _chats, _clips
from bot.requests import Json, Kind


class Sora(_clips.Timed):
    """What every operation takes (087, "请求参数")."""

    page = "087, 088"
    presets: ClassVar[Mapping[str, Json]] = {}

    prompt: Prompt

    def body(self, model: str) -> dict[str, Json]:
        """Page 088, "请求示例"; what the id says already is not sent."""
        return slim(model=model, prompt=self.prompt, image_url=getattr(self, "image", None), **self.asked())

    def asked(self) -> dict[str, Json]:
        """What the id does not say."""
        return {}


class Text(Sora):
    """A clip from words."""

    operation = "text-to-video"


class Image(Sora):
    """A picture brought to life."""

    operation = "image-to-video"

    image: Media


class Text4(Text):
    """A clip of four seconds from words."""

    duration: Annotated[Literal[4], Choice] = 4


class Image4(Image):
    """A picture brought to life for four seconds."""

    duration: Annotated[Literal[4], Choice] = 4


class Text8(Text):
    """A clip of eight seconds from words."""

    duration: Annotated[Literal[8], Choice] = 8


class Image8(Image):
    """A picture brought to life for eight seconds."""

    duration: Annotated[Literal[8], Choice] = 8


class Text12(Text):
    """A clip of twelve seconds from words."""

    duration: Annotated[Literal[12], Choice] = 12


class Image12(Image):
    """A picture brought to life for twelve seconds."""

    duration: Annotated[Literal[12], Choice] = 12


class ProText(Text):
    """A clip from words."""

    ratio: _clips.Wide | None = None
    duration: Annotated[Literal[4, 8, 12, 16, 20], Choice] = 8

    def asked(self) -> dict[str, Json]:
        """Shape and length."""
        return {"aspect_ratio": self.ratio, "duration": self.duration}


class ProImage(ProText):
    """A picture brought to life."""

    operation = "image-to-video"

    image: Media


# --- the route `chat` ----------------------------------------------------------------------------------------------


class _Chat:
    """The request as a chat (089)."""

    page: ClassVar[str] = "089"
    path: ClassVar[str] = _chats.PATH
    poll: ClassVar[str] = ""

    def body(self, model: str) -> dict[str, Json]:
        """Page 089, "请求示例": streamed, as in both examples."""
        assert isinstance(self, Sora)
        pictures = [picture] if (picture := getattr(self, "image", None)) else []
        return {"model": model, "messages": _chats.messages(self.prompt, pictures), "stream": True}


class ChatText4(_Chat, Text4):
    """A clip of four seconds from words."""


class ChatImage4(_Chat, Image4):
    """A picture brought to life for four seconds."""


class ChatText8(_Chat, Text8):
    """A clip of eight seconds from words."""


class ChatImage8(_Chat, Image8):
    """A picture brought to life for eight seconds."""


class ChatText12(_Chat, Text12):
    """A clip of twelve seconds from words."""


class ChatImage12(_Chat, Image12):
    """A picture brought to life for twelve seconds."""


ROUTES: Mapping[int, Mapping[str, tuple[type[Options], ...]]] = {
    4: {"tasks": (Text4, Image4), "chat": (ChatText4, ChatImage4)},
    8: {"tasks": (Text8, Image8), "chat": (ChatText8, ChatImage8)},
    12: {"tasks": (Text12, Image12), "chat": (ChatText12, ChatImage12)},
}
SHAPES = {"landscape": "16:9", "portrait": "9:16"}


def _model(shape: str, seconds: int, *aliases: str) -> Model:
    return Model(
        id=f"sora2-{shape}-{seconds}s",
        provider="uniall",
        kind=Kind.VIDEO,
        title=f"Sora 2 · {shape} · {seconds} s",
        operations=ROUTES[seconds]["tasks"],
        rate=Flat(10),
        typical_s=120 + 10 * seconds,
        aliases=aliases,
        fixed={"ratio": SHAPES[shape]},
        route="tasks",
        routes=ROUTES[seconds],
    )


def _pro(resolution: str, credits: int, *aliases: str, gated: bool = False) -> Model:
    return Model(
        id=f"sora2-pro-{resolution}",
        provider="uniall",
        kind=Kind.VIDEO,
        title=f"Sora 2 Pro · {resolution}",
        operations=(ProText, ProImage),
        rate=Flat(credits),
        typical_s=300,
        aliases=aliases,
        gated=gated,
        fixed={"resolution": resolution.removeprefix("true-")},
    )


MODELS = (
    _model("landscape", 4),
    _model("landscape", 8, "sora", "sora-2"),
    _model("landscape", 12),
    _model("portrait", 4),
    _model("portrait", 8, "sora-portrait"),
    _model("portrait", 12),
    _pro("720p", 30, "sora-pro"),
    _pro("1080p", 50),
    _pro("true-1080p", 70, gated=True),
)
