"""Pictures that come with the answer: 创建图像, which DALL·E 3, FLUX, GPT Image and Doubao share.

A member says a size, or a shape that has one.
"""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from bot.catalogue._spec import Prompt, slim
from bot.catalogue.nexus import _asked
from bot.errors import Problem
from bot.jobs import Output
from bot.media import Facts, MediaKind
from bot.requests import Json

GENERATIONS = "/v1/images/generations"
EDITS = "/v1/images/edits"


class Picture(_asked.Asked):
    """What every such operation takes."""

    makes = MediaKind.IMAGE
    path = GENERATIONS
    poll = ""

    prompt: Prompt

    def body(self, model: str) -> dict[str, Json]:
        """创建图像 > 请求示例."""
        return slim(model=model, prompt=self.prompt, **self.asked())

    def asked(self) -> dict[str, Json]:
        """What is said beside model and words, by the page's names."""
        return {}

    def units(self) -> float:
        """Pictures."""
        return int(getattr(self, "count", 1))

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Pictures that came, never more than asked for."""
        return min(self.units(), len(outputs))


class Sized(Picture):
    """A picture whose size may be said as a shape."""

    sizes: ClassVar[Mapping[str, str]]  # shape → size

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """A size, or a shape."""
        yield from super().problems(facts)
        size, ratio = getattr(self, "size", None), getattr(self, "ratio", None)
        if size is not None and ratio is not None:
            yield Problem(field="ratio", rule="conflict", value=ratio, allowed=f"not beside size {size}")

    def asked(self) -> dict[str, Json]:
        """The size that was said, or that of the shape."""
        ratio = getattr(self, "ratio", None)
        return {"size": self.sizes[ratio] if ratio else getattr(self, "size", None)}
