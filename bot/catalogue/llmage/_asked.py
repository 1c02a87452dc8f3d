"""What llmage's pictures and clips have in common: a task, its category, and files under each page's own names.

LLM-CATELOGID: the category is always sent. LLM-CONTENT-TYPE: a form whenever a file goes along, JSON otherwise.
LLM-IMAGE-FIELDS: each class says what its page calls a file. LLM-DEFAULTS: how fine and how long is always sent, since
the pages' defaults differ by operation; those here are the same everywhere.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator

from bot.catalogue._spec import MEDIA, Options, Prompt, seconds_of, slim, usage_of
from bot.jobs import Output
from bot.media import MediaKind
from bot.requests import Json

Ratio: TypeAlias = Literal["16:9", "9:16", "1:1", "4:3", "3:4"]


def _auto(value: object) -> object:
    """`adaptive`, as the pages say what is auto everywhere else."""
    return "auto" if value == "adaptive" else value


Adaptive: TypeAlias = Annotated[Literal["16:9", "9:16", "1:1", "4:3", "3:4", "auto"], BeforeValidator(_auto)]
"""A shape, or that of what the clip is made from."""


class Task(Options):
    """What every task takes."""

    poll = "/llmage/v1/tasks?taskid={task_id}"
    uploads = frozenset(MEDIA)
    only_files = frozenset(MEDIA)
    upload_part = ""
    category: ClassVar[str]  # catelogid
    files: ClassVar[Mapping[str, str]] = {}  # medium → what the page calls its file

    prompt: Prompt

    def body(self, model: str) -> dict[str, Json]:
        """任务提交 > data."""
        files = {page: getattr(self, name) for name, page in self.files.items()}
        return slim(model=model, catelogid=self.category, prompt=self.prompt, **self.settings(), **files)

    def settings(self) -> dict[str, Json]:
        """What lies beside the prompt, by the page's names."""
        return {}


class Clip(Task):
    """A clip whose length is said."""

    makes = MediaKind.VIDEO
    path = "/llmage/v1/video/generations"
    unit = "second"
    category = "t2v"

    duration: int = 5

    def settings(self) -> dict[str, Json]:
        """The tables of the pages."""
        ratio: str | None = getattr(self, "ratio", None)
        return {
            "resolution": getattr(self, "resolution", None),
            "ratio": None if ratio == "auto" else ratio,  # LLM-RATIO-ADAPTIVE: the default, which most lists lack
            "duration": self.duration,
        }

    def units(self) -> float:
        """Seconds asked for."""
        return self.duration

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Seconds that the provider counted, else those that came; never more than asked for."""
        usage = usage_of(outputs)
        counted = usage.seconds if usage else None
        return min(self.duration, counted or seconds_of(outputs) or self.duration)
