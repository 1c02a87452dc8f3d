"""minimax-music songs: page 055. `audio_setting` is left out: the page does not say what is in it."""

from typing import Annotated

from pydantic import Field

from bot.catalogue._spec import Flat, Model, Options, slim
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

    def body(self, model: str) -> dict[str, Json]:
        """Page 055 §5."""
        return slim(
            model=model,
            prompt=self.prompt,
            lyrics=self.lyrics,
            lyrics_optimizer=self.polish,
            is_instrumental=self.instrumental,
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
