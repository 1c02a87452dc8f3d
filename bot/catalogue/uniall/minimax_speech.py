"""MiniMax speech: pages 057 and 058.

No page says what is in `timber_weights` and `audio_setting`, which are passed on: the entries here are those that
MiniMax publishes. `metadata` and `extra_body` are left out: the first is for a caller's own books, the second empty.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from bot.catalogue._spec import Choice, Flat, Model, Options, Suggest, plain, slim
from bot.catalogue.uniall import _spoken
from bot.errors import Problem
from bot.media import Facts, MediaKind
from bot.requests import Json, Kind

RATE = Flat(1)
"""Credits per 100 characters."""


def _tones(value: object) -> object:
    """The page's own object, one text, or a list of texts."""
    if isinstance(value, Mapping) and set(value) == {"tone_list"}:
        value = value["tone_list"]
    return (value,) if isinstance(value, str) else value


Tone: TypeAlias = Annotated[str, Field(pattern=r"^[^/]+/.+$")]


def _weights(value: object) -> object:
    """`Wise_Woman:60`, several in a list or after commas, or MiniMax's own objects."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.replace("，", ",").split(","))
    if isinstance(value, Mapping):
        return (f"{value.get('voice_id', '')}:{value.get('weight', '')}",)
    if not isinstance(value, list | tuple):
        return value
    each = [_weights(part) for part in value]
    return tuple(part for parts in each for part in (parts if isinstance(parts, tuple) else (parts,)))


Weight: TypeAlias = Annotated[str, Field(pattern=r"^\S.*:(?:100|[1-9]\d?)$")]
"""One of several voices that are mixed, and its part from 1 to 100."""

MIXED = 4  # voices at most, as MiniMax publishes it


class Voice(Options):
    """How a text is spoken."""

    presets: ClassVar[Mapping[str, Json]] = {
        "voice": "Wise_Woman"
    }  # UNI-SPEECH-VOICE-ID: one page requires a voice, the other's examples use this

    voice: Annotated[str, Field(min_length=1), Suggest(("Wise_Woman",))]
    # Page 058 calls 0.5 to 2 the usual range. The pages name none for volume and pitch. All three ranges here are those
    # that MiniMax publishes.
    speed: Annotated[float, Field(ge=0.5, le=2)] | None = None
    volume: Annotated[float, Field(gt=0, le=10)] | None = None
    pitch: Annotated[int, Field(ge=-12, le=12)] | None = None
    emotion: (
        Annotated[
            str,
            Field(min_length=1),
            Suggest(("happy", "sad", "angry", "fearful", "disgusted", "surprised", "neutral")),
        ]
        | None
    ) = None
    language: Annotated[str, Field(min_length=1), Suggest(("auto", "Chinese", "English", "Japanese"))] | None = None
    pronunciation: Annotated[tuple[Tone, ...], BeforeValidator(_tones), Field(min_length=1)] | None = None
    blend: Annotated[tuple[Weight, ...], BeforeValidator(_weights), Field(min_length=1, max_length=MIXED)] | None = None

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """A pause that is misspelt would be read aloud (page 058 §6)."""
        for pause in _spoken.misspelt(self.prompt):
            yield Problem(field="prompt", rule="pattern", value=pause, allowed="<#0.5#>")

    def mixed(self) -> list[dict[str, Json]]:
        """The voices that are mixed, as they are sent."""
        parts = (part.rpartition(":") for part in self.blend or ())
        return [{"voice_id": voice, "weight": int(weight)} for voice, _, weight in parts]


class Speech(Voice):
    """A text, spoken."""

    operation = "text-to-speech"
    makes = MediaKind.AUDIO
    path = "/v1/audio/tasks"
    poll = "/v1/audio/tasks/{task_id}"
    page = "058 §3.1"
    unit = "100 characters"
    counts = "Every character: blanks, pauses and sound tags too."
    # UNI-SPEECH-FORMAT: here `output_format` is how the result is handed over, not the kind of file.
    constants: ClassVar[Mapping[str, str]] = {"output_format": "url", "response_format": "url"}

    # No page names a longest text (both advise to split long ones); 10,000 is MiniMax's own limit.
    prompt: Annotated[str, Field(min_length=1, max_length=10_000)]
    # Page 057 names these two and says that others may not be supported. MiniMax has a third, bare samples, which could
    # not be told from noise.
    format: Literal["mp3", "wav"] | None = None
    # Page 058 gives two examples; the list is the one MiniMax publishes. An MP3 can't carry what lies between them.
    sample_rate: Annotated[Literal[8000, 16_000, 22_050, 24_000, 32_000, 44_100], Choice] | None = None
    bitrate: Annotated[Literal[32_000, 64_000, 128_000, 256_000], Choice] | None = None
    channel: Annotated[Literal[1, 2], Choice] | None = None
    subtitles: bool | None = None

    def units(self) -> float:
        """Hundreds of characters, tags and blanks included (page 058 §10, UNI-SPEECH-BILLING)."""
        return len(self.prompt) / 100

    def body(self, model: str) -> dict[str, Json]:
        """Page 058 §7."""
        return slim(
            model=model,
            text=self.prompt,  # UNI-SPEECH-TEXT: never `input`
            voice_id=self.voice,
            speed=plain(self.speed),
            volume=plain(self.volume),
            pitch=self.pitch,
            emotion=self.emotion,
            language=self.language,
            output_format="url",
            format=self.format,
            sample_rate=self.sample_rate,
            pronunciation_dict=slim(tone_list=list(self.pronunciation or ()) or None),
            timber_weights=self.mixed(),
            audio_setting=slim(bitrate=self.bitrate, channel=self.channel),
            subtitle_enable=self.subtitles,
        )


def _model(id: str, title: str, tier: str, *aliases: str) -> Model:
    return Model(
        id=id,
        provider="uniall",
        kind=Kind.SPEECH,
        title=title,
        operations=(Speech,),
        rate=RATE,
        typical_s=12,
        tier=tier,
        aliases=aliases,
    )


MODELS = (
    _model("minimax-speech-2.8-hd", "MiniMax Speech 2.8 HD", "good", "speech-2.8", "minimax-speech"),
    _model("minimax-speech-02-hd", "MiniMax Speech 02 HD", "quick", "speech-02"),
)
