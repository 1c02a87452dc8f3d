"""Kling Avatar v2: page 060, a picture that speaks. UNI-AVATAR-INPUT: picture, audio and the audio's seconds.

From a text it takes two requests: MiniMax speaks the text first, then the avatar is fed with what came.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from bot.catalogue._spec import (
    Flat,
    Measured,
    Media,
    Model,
    Options,
    Produced,
    Prompt,
    Rate,
    Step,
    plain,
    seconds_of,
    slim,
)
from bot.catalogue.uniall import _spoken, minimax_speech
from bot.errors import Problem
from bot.jobs import Output
from bot.media import Facts, MediaKind
from bot.requests import Json, Kind

# Own choice: the page names no longest audio. Five minutes bound what one request can cost.
LONGEST_S = 300

Speaker: TypeAlias = Literal["minimax-speech-2.8-hd", "minimax-speech-02-hd"]


class Audio(Options):
    """A picture that speaks a recording."""

    operation = "image-and-audio"
    makes = MediaKind.VIDEO
    path = "/v1/video/generations"
    poll = "/v1/video/generations/{task_id}"
    page = "060 §3.1"
    unit = "second"

    image: Media
    audio: Media
    audio_s: Annotated[float, Field(gt=0, le=LONGEST_S), Measured("audio")]

    def units(self) -> float:
        """Seconds of the recording: the clip is as long."""
        return math.ceil(self.audio_s)

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Seconds of the recording, or of a shorter clip."""
        return min(self.units(), seconds_of(outputs) or self.units())

    def body(self, model: str) -> dict[str, Json]:
        """Page 060 §5."""
        return slim(
            model=model,
            image_url=self.image,
            audio_url=self.audio,
            audio_duration_seconds=plain(self.audio_s),
            prompt=self.prompt,
        )


class Text(minimax_speech.Voice):
    """A picture that speaks a text.

    Two requests: the text is spoken first. `style` is what page 060 calls the prompt.
    """

    operation = "image-and-text"
    makes = MediaKind.VIDEO
    path = Audio.path
    poll = Audio.poll
    page = "058 §3.1, 060 §3.1"
    unit = "second"
    counts = "The speech (1 per 100 characters) and the seconds it takes; what is set aside reckons with slow speech."

    prompt: Prompt
    image: Media
    style: str | None = None
    speech: Speaker = "minimax-speech-2.8-hd"

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """Spoken slowly, the text must still fit into the longest clip."""
        yield from super().problems(facts)
        if self.longest_s() > LONGEST_S:
            fits = int(len(self.prompt) * LONGEST_S / self.longest_s())
            yield Problem(field="prompt", rule="length", value=self.prompt, allowed=f"about {fits} characters at most")

    def longest_s(self) -> int:
        """Seconds that the text takes at most."""
        return math.ceil(_spoken.longest_s(self.prompt, speed=self.speed or 1))

    def quote(self, rate: Rate) -> int:
        """The speech, and the longest clip that may come of it."""
        return self._speech_credits() + math.ceil(round(self.longest_s() * rate.of(self), 6))

    def settle(self, rate: Rate, produced: Produced) -> int:
        """The speech, and the seconds of the clip; nothing without a clip."""
        if not produced.get(1):
            return 0
        seconds = seconds_of(produced[1]) or seconds_of(produced.get(0, ())) or self.longest_s()
        return self._speech_credits() + math.ceil(round(seconds * rate.of(self), 6))

    def _speech_credits(self) -> int:
        spoken = minimax_speech.Speech(prompt=self.prompt, voice=self.voice)
        return spoken.quote(minimax_speech.RATE)

    def steps(self, model: str) -> tuple[Step, ...]:
        """Speech first, then the avatar with its audio."""
        said = self.said()
        style = said.pop("style", None)
        said.pop("speech", None)
        return (
            Step(
                model=self.speech,
                operation=minimax_speech.Speech.operation,
                said=said,
                kind=MediaKind.AUDIO,
                shown=False,
            ),
            Step(
                model=model,
                operation=Audio.operation,
                said=slim(prompt=style),
                media=("image",),
                feeds={"audio": 0},
                kind=MediaKind.VIDEO,
                fed_s=self.longest_s(),
            ),
        )


def _model(id: str, title: str, credits: int, tier: str, *aliases: str) -> Model:
    return Model(
        id=id,
        provider="uniall",
        kind=Kind.AVATAR,
        title=title,
        operations=(Audio, Text),
        rate=Flat(credits),
        typical_s=120,
        tier=tier,
        aliases=aliases,
    )


MODELS = (
    _model("kling-avatar-v2-standard", "Kling Avatar 2", 6, "good", "kling-avatar", "avatar"),
    _model("kling-avatar-v2-pro", "Kling Avatar 2 Pro", 10, "best", "kling-avatar-pro", "avatar-pro"),
)
