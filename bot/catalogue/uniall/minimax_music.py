"""minimax-music songs: page 055.

The page does not say what is in `audio_setting`, which is passed on: the entries here are those that MiniMax publishes.
"""

from collections.abc import Collection, Mapping
from typing import Annotated, Literal

from pydantic import Field

from bot.catalogue._spec import Choice, Flat, Model, Options, slim
from bot.media import MediaKind
from bot.requests import Json, Kind


class Song(Options):
    """A song from a description, with or without words to sing."""

    operation = "text-to-music"
    makes = MediaKind.AUDIO
    path = "/v1/audio/tasks"
    poll = "/v1/audio/tasks/{task_id}"
    page = "055 §3.1"
    unit = "song"

    # The page names no lengths; these are the ones MiniMax publishes for its music models.
    prompt: Annotated[str, Field(min_length=1, max_length=2000)]
    lyrics: Annotated[str, Field(max_length=3500)] | None = None
    polish: bool | None = None  # lets the provider improve the lyrics
    instrumental: bool | None = None
    format: Literal["mp3", "wav"] | None = None
    sample_rate: Annotated[Literal[16_000, 24_000, 32_000, 44_100], Choice] | None = None
    bitrate: Annotated[Literal[32_000, 64_000, 128_000, 256_000], Choice] | None = None

    @classmethod
    def preset(cls, said: Collection[str]) -> Mapping[str, Json]:
        """The page knows songs with lyrics and music without singing (§2): who gives no words to sing means music."""
        return {} if {"lyrics", "instrumental", "polish"} & set(said) else {"instrumental": True}

    def body(self, model: str) -> dict[str, Json]:
        """Page 055 §5."""
        return slim(
            model=model,
            prompt=self.prompt,
            lyrics=self.lyrics,
            lyrics_optimizer=self.polish,
            is_instrumental=self.instrumental,
            audio_setting=slim(format=self.format, sample_rate=self.sample_rate, bitrate=self.bitrate),
        )


MODELS = (
    Model(
        id="minimax-music-2.6",
        provider="uniall",
        kind=Kind.MUSIC,
        title="MiniMax Music 2.6",
        operations=(Song,),
        rate=Flat(15),
        typical_s=90,
        tier="good",
        aliases=("minimax-music", "music-2.6"),
    ),
)
