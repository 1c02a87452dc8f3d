"""Midjourney pictures: 提交 Imagine 任务, 查询任务状态, 执行 Action 动作. The model is not named in the request.

The page names four fields of an imagination and none of an action. How an action is asked for (`taskId`, `customId`)
is taken from midjourney-proxy, whose routes these are; that shape, seed and the like are written behind the words, from
Midjourney itself. `notifyHook` is the provider's to fill.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from bot.catalogue._spec import Flat, Media, Model, Prompt, encoded, slim
from bot.catalogue.nexus import _asked
from bot.errors import Problem
from bot.media import Facts, MediaKind
from bot.requests import Json, Kind

Ratio: TypeAlias = Literal[
    "1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "5:4", "4:5", "7:4", "4:7", "2:1", "1:2", "21:9", "9:21"
]
MOST_PICTURES = 5  # that go into one imagination at Midjourney

_WRITTEN: Mapping[str, str] = {
    # option → how Midjourney is told, behind the words
    "ratio": "ar",
    "negative": "no",
    "seed": "seed",
    "stylize": "stylize",
    "chaos": "chaos",
    "version": "v",
    "style": "style",
}

_UNPRESSABLE = re.compile(r"MJ::(CustomZoom|Inpaint|BOOKMARK|Job::PicReader|Picread)\b")


class Task(_asked.Asked):
    """What is asked of Midjourney."""

    makes = MediaKind.IMAGE
    poll = "/mj/task/{task_id}/fetch"

    state: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class Text(Task):
    """Four pictures from words, on one sheet."""

    operation = "text-to-image"
    path = "/mj/submit/imagine"
    page = "Midjourney > 提交 Imagine 任务"
    counts = "One sheet of four."

    prompt: Prompt
    ratio: Ratio | None = None
    negative: Annotated[str, Field(min_length=1)] | None = None
    seed: Annotated[int, Field(ge=0, le=4_294_967_295)] | None = None
    stylize: Annotated[int, Field(ge=0, le=1000)] | None = None
    chaos: Annotated[int, Field(ge=0, le=100)] | None = None
    version: Annotated[Literal["7", "6.1", "6", "5.2", "5.1"], BeforeValidator(str)] | None = None
    style: Literal["raw"] | None = None

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """What is an option must not stand in the words too: Midjourney would be told twice."""
        yield from super().problems(facts)
        for option, flag in _WRITTEN.items():
            value = getattr(self, option)
            if value is not None and re.search(rf"(?<!\S)--{flag}\b", self.prompt):
                yield Problem(field=option, rule="conflict", value=value, allowed=f"--{flag} is in the words already")

    def body(self, model: str) -> dict[str, Json]:
        """The table of 提交 Imagine 任务."""
        return slim(prompt=self.told(), base64Array=self.pictures(), state=self.state)

    def told(self) -> str:
        """The words with what Midjourney reads behind them."""
        said = ((flag, getattr(self, option)) for option, flag in _WRITTEN.items())
        return " ".join([self.prompt, *(f"--{flag} {value}" for flag, value in said if value is not None)])

    def pictures(self) -> list[Json]:
        """The pictures that go along."""
        return []


class Image(Text):
    """Four pictures from words and other pictures, on one sheet."""

    operation = "image-to-image"
    encodes = frozenset({"images"})
    only_files = frozenset({"images"})

    images: Annotated[tuple[Media, ...], Field(min_length=1, max_length=MOST_PICTURES)]

    def pictures(self) -> list[Json]:
        """As base64, of which the page knows nothing more than that."""
        return [encoded(image, as_url=True) for image in self.images]


class Action(Task):
    """One of the buttons under an earlier result: a part of it larger, varied, made anew."""

    operation = "action"
    path = "/mj/submit/action"
    page = "Midjourney > 执行 Action 动作"
    words: ClassVar[Mapping[str, str]] = {"taskid": "task", "customid": "button"}

    task: Annotated[str, Field(min_length=1)]  # jobs.Action.task_id
    button: Annotated[str, Field(min_length=1)]  # jobs.Action.id

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """Some of Midjourney's own buttons open a form there, or make nothing: they can't be pressed from here."""
        if _UNPRESSABLE.match(self.button):
            yield Problem(field="button", rule="choice", value=self.button)

    def body(self, model: str) -> dict[str, Json]:
        """The task, and what to do with it."""
        return slim(taskId=self.task, customId=self.button, state=self.state)


MODELS = (
    Model(
        id="midjourney",
        provider="nexus",
        kind=Kind.IMAGE,
        title="Midjourney",
        operations=(Text, Image),
        pressed=(Action,),
        rate=Flat(8),
        typical_s=60,
        aliases=("mj",),
    ),
)
