"""NanoBanana pictures: pages 062 (asynchronous image tasks), 066 (Nano series) and 068 (its chat).

One price per model id. The resolution is part of the id. UNI-NANO-OPENAI-PATH: tasks, unless the operator chooses the
route `openai` (066) or `chat` (068), whose answers wait for the picture.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from bot.catalogue._spec import Flat, Media, Model, Options, Prompt, Step, slim
from bot.catalogue.uniall import _chats, _pictures
from bot.jobs import Output
from bot.media import MediaKind
from bot.requests import Json, Kind

# UNI-NANO-ASPECT: page 062 §4.3 calls five of them common, §9 and two other pages list ten; the ten are accepted.
Ratio: TypeAlias = Literal["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]


class Nano(Options):
    """What every Nano operation takes (page 062 §4.3)."""

    makes = MediaKind.IMAGE
    path = "/v1/images/tasks"
    poll = "/v1/images/tasks/{task_id}"
    constants: ClassVar[Mapping[str, str]] = {"response_format": "url"}
    task_type: ClassVar[str] = ""  # the page's own word for the operation; "": the endpoint says it

    prompt: Prompt
    ratio: Ratio | None = None
    format: Literal["png", "jpeg", "webp"] | None = None  # page 062 §4.4; webp by the base model only (UNI-NANO-WEBP)
    # UNI-NANO-N: page 062 §3 says the family has no `n`, §4.3 says it has: each picture is a request of its own. How
    # many a member may ask for at once is our choice.
    count: Annotated[int, Field(ge=1, le=4)] = 1

    def units(self) -> float:
        """Pictures."""
        return self.count

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Pictures that came."""
        return len(outputs)

    def steps(self, model: str) -> tuple[Step, ...]:
        """One request per picture."""
        (step,) = super().steps(model)
        return _pictures.one_by_one(step, self.count)

    def body(self, model: str) -> dict[str, Json]:
        """Pages 062 §4.1 and §4.2, 066."""
        return slim(
            model=model,
            task_type=self.task_type,
            prompt=self.prompt,
            **self.references(),
            aspect_ratio=self.ratio,
            output_format=self.format,
            n=1,
            response_format="url",
        )

    def references(self) -> dict[str, Json]:
        """The picture fields."""
        return {}


class Text(Nano):
    """A picture from words."""

    operation = "text-to-image"
    task_type = "text2image"
    page = "062 §4.1"


class Image(Nano):
    """A picture from words and other pictures."""

    operation = "image-to-image"
    task_type = "image2image"
    page = "062 §4.2"
    uploads = frozenset({"image", "images"})

    images: Annotated[tuple[Media, ...], Field(min_length=1)]

    def references(self) -> dict[str, Json]:
        """`image` for one, `images` for several, never both (page 062 §3.1)."""
        return _pictures.references(self.images)


# --- the route `openai` --------------------------------------------------------------------------------------------


class WaitingText(Text):
    """A picture from words."""

    path = "/v1/images/generations"
    poll = ""
    task_type = ""
    page = "066"


class WaitingImage(Image):
    """A picture from words and other pictures."""

    path = "/v1/images/edits"
    poll = ""
    task_type = ""
    page = "066"
    uploads = frozenset()  # the page prints addresses alone


# --- the route `chat` ----------------------------------------------------------------------------------------------


class _Chat(Nano):
    """The request as a chat (068)."""

    path = _chats.PATH
    poll = ""
    page = "068"

    def body(self, model: str) -> dict[str, Json]:
        """Page 068, "请求示例": streamed. UNI-NANO-CHAT-PARAMS: the shape as there, the format as in the table."""
        config = slim(aspect_ratio=self.ratio)
        return slim(
            model=model,
            messages=_chats.messages(self.prompt, getattr(self, "images", ())),
            extra_body={"google": {"image_config": config}} if config else None,
            **{"--output_format": self.format},
            stream=True,
        )


class ChatText(_Chat, Text):
    """A picture from words."""


class ChatImage(_Chat, Image):
    """A picture from words and other pictures."""

    uploads = frozenset()  # the page prints addresses alone


# --- the Pro and 2 models, which make no webp ----------------------------------------------------------------------


class _Tier(Nano):
    """A model of one resolution."""

    format: Literal["png", "jpeg"] | None = None


class TierText(_Tier, Text):
    """A picture from words."""


class TierImage(_Tier, Image):
    """A picture from words and other pictures."""


class TierWaitingText(_Tier, WaitingText):
    """A picture from words."""


class TierWaitingImage(_Tier, WaitingImage):
    """A picture from words and other pictures."""


class TierChatText(_Tier, ChatText):
    """A picture from words."""


class TierChatImage(_Tier, ChatImage):
    """A picture from words and other pictures."""


Routes: TypeAlias = Mapping[str, tuple[type[Options], ...]]

BASE: Routes = {"tasks": (Text, Image), "openai": (WaitingText, WaitingImage), "chat": (ChatText, ChatImage)}
TIERS: Routes = {
    "tasks": (TierText, TierImage),
    "openai": (TierWaitingText, TierWaitingImage),
    "chat": (TierChatText, TierChatImage),
}
FINEST: Routes = {"tasks": TIERS["tasks"]}  # UNI-NANO-8K: not among the choices of 068


def _routes(id: str) -> Routes:
    return BASE if id == "NanoBanana" else FINEST if id.endswith("8K") else TIERS


def _model(
    id: str, title: str, credits: int, seconds: float, *aliases: str, tier: str = "", gated: bool = False
) -> Model:
    return Model(
        id=id,
        provider="uniall",
        kind=Kind.IMAGE,
        title=title,
        operations=_routes(id)["tasks"],
        rate=Flat(credits),
        typical_s=seconds,
        tier=tier,
        gated=gated,
        aliases=aliases,
        fixed={"resolution": id.rpartition("-")[2].lower()} if "-" in id else {},
        route="tasks",
        routes=_routes(id),
    )


MODELS = (
    _model("NanoBanana", "Nano Banana", 3, 12, "nano", "nano-banana"),
    _model("NanoBanana2-0.5K", "Nano Banana 2 · 0.5K", 2, 10, "nano2-0.5k", tier="quick"),
    _model("NanoBanana2-1K", "Nano Banana 2 · 1K", 5, 15, "nano2", "nano-banana-2", "nano2-1k", tier="good"),
    _model("NanoBanana2-2K", "Nano Banana 2 · 2K", 7, 25, "nano2-2k"),
    _model("NanoBanana2-4K", "Nano Banana 2 · 4K", 10, 40, "nano2-4k"),
    _model("NanoBananaPro-1K", "Nano Banana Pro · 1K", 9, 30, "nano-pro", "nano-banana-pro", "nano-pro-1k"),
    _model("NanoBananaPro-2K", "Nano Banana Pro · 2K", 11, 40, "nano-pro-2k"),
    _model("NanoBananaPro-4K", "Nano Banana Pro · 4K", 15, 60, "nano-pro-4k", tier="best"),
    # UNI-NANO-8K: in one page's table only, so it is offered when the account's own model list names it.
    _model("NanoBananaPro-8K", "Nano Banana Pro · 8K", 24, 90, "nano-pro-8k", gated=True),
)
