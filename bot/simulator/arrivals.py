"""Arrivals: the media that submissions name, and what became of them."""

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

Medium = Literal["image", "video", "audio"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One medium that a submission names."""

    field: str
    medium: Medium
    url: str = ""  # "" for what the request brought along
    sha256: str = ""  # of what it brought along


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One medium as it arrived."""

    field: str
    medium: Medium
    url: str
    sha256: str  # of its content; "" for what lies elsewhere and wasn't fetched
    seconds: float | None = None  # length of a video or audio that is here
    size: tuple[int, int] | None = None  # width and height of a picture or video that is here
    fps: float | None = None  # pictures a second of a video that is here
    size_bytes: int = 0  # of what is here

    @property
    def here(self) -> bool:
        return bool(self.sha256)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What became of all inputs of a task; one line of inputs.jsonl."""

    task_id: str
    inputs: tuple[Input, ...] = ()
    problem: str | None = None  # the first one, in words for the client

    def line(self) -> str:
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)

    @classmethod
    def parse(cls, line: str) -> "Arrival":
        fields = json.loads(line)
        return cls(**fields | {"inputs": tuple(map(_input, fields["inputs"]))})


MEDIA: Mapping[str, Medium] = {
    "image": "image",
    "images": "image",
    "image_url": "image",
    "image_urls": "image",
    "last_image": "image",
    "reference_image_urls": "image",
    "video": "video",
    "videos": "video",
    "audio_url": "audio",
    "audios": "audio",
}
"""What a field of this name holds, at every provider that has it."""


def named(body: Mapping[str, Any], media: Mapping[str, Medium] = MEDIA) -> Iterator[Wanted]:
    """The media of a body, in the order of its fields: a URL, {"url"}, a file, base64, or an array of these."""
    yield from spoken(body.get("messages"))
    for field, value in body.items():
        if field in media:
            for one in value if isinstance(value, list) else [value]:
                yield want(field, media[field], one)


def want(field: str, medium: Medium, one: Any) -> Wanted:
    """One medium: its URL, an object with that under `url`, or what the request brought along, as the log keeps it."""
    if isinstance(one, dict) and "sha256" in one:
        return Wanted(field=field, medium=medium, sha256=one["sha256"])
    return Wanted(field=field, medium=medium, url=one["url"] if isinstance(one, dict) else one)


def spoken(messages: Any) -> Iterator[Wanted]:
    """The pictures in the messages of a chat."""
    for message in messages or []:
        content = message.get("content")
        for part in content if isinstance(content, list) else []:
            if part.get("type") == "image_url":
                yield Wanted(field="messages", medium="image", url=part["image_url"]["url"])


def shape(inputs: Sequence[Input]) -> tuple[int, int] | None:
    """Width and height of the first picture or video that is here; None when there is none."""
    return next((one.size for one in inputs if one.size), None)


def seconds(inputs: Sequence[Input], *, of: Medium) -> float | None:
    """How long the first medium of this kind is; None when it isn't here."""
    return next((one.seconds for one in inputs if one.medium == of and one.seconds), None)


def _input(fields: dict[str, Any]) -> Input:
    size = fields.get("size")
    return Input(**fields | {"size": tuple(size) if size else None})
