"""Made-up models for tests of the engine: one of each way in which providers answer."""

from collections.abc import Iterator
from typing import Annotated

import pytest
from pydantic import Field

from bot import catalogue
from bot.catalogue._spec import Flat, Media, Model, Options, Prompt, encoded, slim, usage_of
from bot.jobs import Output
from bot.media import Facts, MediaKind
from bot.requests import Json, Kind

WORDS = Facts(kind=MediaKind.TEXT, mime="text/plain", size_bytes=9)


class Ask(Options):
    """Words for words; the answer is the result, and is charged by what it took."""

    operation = "chat"
    makes = MediaKind.TEXT
    path = "/chat"
    poll = ""
    page = "1"
    unit = "1000 tokens"

    prompt: Prompt
    system: str = ""

    def units(self) -> float:
        """Thousands of tokens, at most."""
        return 10

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Thousands of tokens that the provider counted; all of them where it did not."""
        usage = usage_of(outputs)
        return usage.total_tokens / 1000 if usage and usage.total_tokens is not None else self.units()

    def body(self, model: str) -> dict[str, Json]:
        """Its words, and how to answer."""
        return slim(model=model, prompt=self.prompt, system=self.system)


class Draw(Options):
    """Pictures that come with the answer."""

    operation = "text-to-image"
    makes = MediaKind.IMAGE
    path = "/draw"
    poll = ""
    page = "2"

    prompt: Prompt
    count: Annotated[int, Field(ge=1, le=4)] = 1

    def units(self) -> float:
        """Pictures."""
        return self.count

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Pictures that came."""
        return len(outputs)

    def body(self, model: str) -> dict[str, Json]:
        """Its words and their number."""
        return {"model": model, "prompt": self.prompt, "n": self.count}


class Redraw(Draw):
    """Pictures from pictures, which go along within the JSON and in no other way."""

    operation = "image-to-image"
    encodes = frozenset({"images"})
    only_files = frozenset({"images"})

    images: Annotated[tuple[Media, ...], Field(min_length=1, max_length=3)]

    def body(self, model: str) -> dict[str, Json]:
        """The pictures behind its words."""
        return {**super().body(model), "pictures": [encoded(image) for image in self.images]}


class Film(Draw):
    """A clip between two pictures, which are parts of a form under the names of their fields."""

    operation = "first-last-frame"
    makes = MediaKind.VIDEO
    path = "/film"
    poll = "/film/{task_id}"
    uploads = frozenset({"image", "last"})
    only_files = frozenset({"image", "last"})
    upload_part = ""

    image: Media
    last: Media

    def body(self, model: str) -> dict[str, Json]:
        """Its words and its two frames."""
        return {"model": model, "prompt": self.prompt, "first_file": self.image, "last_file": self.last}


class Later(Draw):
    """Pictures whose end is told to our callback."""

    path = "/later"


def _model(id: str, kind: Kind, *operations: type[Options]) -> Model:
    return Model(
        id=id, provider="uniall", kind=kind, title=id, operations=operations, rate=Flat(2), typical_s=5, aliases=()
    )


MODELS = (
    _model("made-up-chat", Kind.CHAT, Ask),
    _model("made-up-picture", Kind.IMAGE, Draw, Redraw),
    _model("made-up-callback", Kind.IMAGE, Later),
    _model("made-up-film", Kind.VIDEO, Film),
)


@pytest.fixture
def shelf() -> Iterator[None]:
    """The catalogue with these beside its own; as it was afterwards."""
    before = catalogue.everything()
    catalogue.arrange((*before, *MODELS))
    yield
    catalogue.arrange(before)
