"""Kling v3 clips: pages 079 and 080. The id says the tier, and whether there is sound.

UNI-KLING-DURATION: one page asks for a duration, the other does not; it is always sent. UNI-KLING-PROMPT: a prompt, or
shots in its place, which are described for pictures only. UNI-KLING-POLL: asked after as the overview prints it.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from bot.catalogue._spec import Flat, Media, Model, Prompt, plain, slim
from bot.catalogue.uniall import _clips
from bot.errors import Problem
from bot.media import Facts
from bot.requests import Json, Kind


def _list(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _words(value: object) -> object:
    """Shots as texts, from the page's own objects too."""
    return tuple(
        item["prompt"] if isinstance(item, Mapping) and set(item) == {"prompt"} else item for item in _list(value)
    )


def _elements(value: object) -> object:
    """Elements as the objects that are sent, from bare ids too."""
    return tuple({"element_id": _number(item)} if isinstance(item, str | int) else item for item in _list(value))


def _number(id: str | int) -> str | int:
    return int(id) if isinstance(id, str) and id.isdecimal() else id


Shots: TypeAlias = Annotated[tuple[Prompt, ...], BeforeValidator(_words), Field(min_length=1)]
# The page does not say what an element is made of; in Kling's own interface it is an object with an `element_id`.
Elements: TypeAlias = Annotated[tuple[dict[str, Any], ...], BeforeValidator(_elements), Field(min_length=1)]


class Kling(_clips.Timed):
    """What every operation takes."""

    page = "079"

    ratio: _clips.Wider | None = None
    duration: Annotated[int, Field(ge=3, le=15)] = 5
    guidance: Annotated[float, Field(ge=0, le=1)] | None = None  # the page names no range; this is Kling's own
    shot_type: Literal["customize", "intelligent"] | None = None
    negative: str | None = None
    elements: Elements | None = None

    def body(self, model: str) -> dict[str, Json]:
        """Page 079, "请求参数"."""
        return slim(
            model=model,
            prompt=self.prompt,
            **self.model_dump(mode="json", include={"image"}),
            last_image=getattr(self, "last", None),
            aspect_ratio=self.ratio,
            duration=self.duration,
            extra_body=slim(
                negative_prompt=self.negative,
                cfg_scale=plain(self.guidance),
                multi_prompt=[{"prompt": shot} for shot in getattr(self, "shots", None) or ()] or None,
                element_list=list(self.elements or ()) or None,
                shot_type=self.shot_type,
            ),
        )


class Text(Kling):
    """A clip from words."""

    operation = "text-to-video"

    prompt: Prompt


class Image(Kling):
    """A picture brought to life, by one prompt or shot by shot."""

    operation = "image-to-video"
    page = "079, 080"

    image: Media
    shots: Shots | None = None

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """A prompt or shots, one of them."""
        if self.prompt and self.shots:
            yield Problem(field="shots", rule="conflict", value=self.shots[0], allowed="prompt or shots, one of them")
        elif not self.prompt and not self.shots:
            yield Problem(field="prompt", rule="missing")


class Frames(Image):
    """A clip from its first picture to its last."""

    operation = "first-last-frame"

    last: Media


def _model(id: str, title: str, credits: int, *aliases: str, tier: str = "") -> Model:
    return Model(
        id=id,
        provider="uniall",
        kind=Kind.VIDEO,
        title=title,
        operations=(Text, Image, Frames),
        rate=Flat(credits),
        typical_s=180,
        tier=tier,
        aliases=aliases,
        fixed={"sound": "yes" if id.endswith("-audio") else "no"},
    )


MODELS = (
    _model("kling-v3-std-silent", "Kling 3 · silent", 6, "kling-silent"),
    _model("kling-v3-std-audio", "Kling 3", 8, "kling", "kling-v3"),
    _model("kling-v3-pro-silent", "Kling 3 Pro · silent", 9, "kling-pro-silent"),
    _model("kling-v3-pro-audio", "Kling 3 Pro", 12, "kling-pro", tier="best"),
)
