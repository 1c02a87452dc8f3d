"""MiniMax voices: page 059, a voice of one's own, from a description or from a recording; what is heard is its sample.

UNI-VOICE-DESIGN: page 057 describes a voice by `name` and `description`; the fields are those of 059. No request names
a model. The page counts a clone as 1.5 and a design as 3 and says of which money nowhere: dollars, the dearer reading.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from bot.catalogue._spec import Flat, Media, Model, Options, Suggest, plain, slim
from bot.catalogue.uniall import _media_rules
from bot.errors import Problem
from bot.media import Facts, MediaKind
from bot.requests import Json, Kind

# The page advises 10 s or more (§6.2) and names no other bounds; MiniMax itself takes 10 s to 5 minutes and 20 MB.
SHORTEST_S, LONGEST_S = 10, 300
MOST_MB = 20
NAMED = 40  # characters of a name, which stands on buttons and in lists: own choice


class Voice(Options):
    """What both ways have in common."""

    makes = MediaKind.AUDIO
    poll = ""  # the answer is the voice (§6.6, §7.9)
    unit = "voice"

    name: Annotated[str, Field(min_length=1, max_length=NAMED)] | None = None
    language: Annotated[str, Field(min_length=1), Suggest(("Chinese (Mandarin)", "English"))] | None = None
    description: Annotated[str, Field(max_length=300)] | None = None


class Design(Voice):
    """A voice from a description of how it sounds.

    Its sample is charged too, but 500 characters of it come to less than a hundredth of the voice (page 059 §9).
    """

    operation = "design"
    path = "/v1/audio/voices/design"
    page = "059 §7.1"
    presets: ClassVar[Mapping[str, Json]] = {"preview": "Hello! This is how I sound."}  # the page requires a text
    words: ClassVar[Mapping[str, str]] = {"text": "preview"}  # page 059 §7.1: another name for it

    # No page names a longest text; these are bounds of our own, generous for a description and for a sample.
    prompt: Annotated[str, Field(min_length=1, max_length=2000)]
    preview: Annotated[str, Field(min_length=1, max_length=500)]

    def body(self, model: str) -> dict[str, Json]:
        """Page 059 §7."""
        return slim(
            prompt=self.prompt,
            preview_text=self.preview,
            display_name=self.name,
            language=self.language,
            description=self.description,
        )


class Clone(Voice):
    """The voice of a recording. The words are those of the recording, or others for the sample to say."""

    operation = "clone"
    path = "/v1/audio/voices/clone"
    page = "059 §6.1"
    counts = "The voice, and a little for every character that its sample says."
    words: ClassVar[Mapping[str, str]] = {"preview_text": "prompt"}  # page 059 §6.1: another name for `text`

    audio: Media
    prompt: Annotated[str, Field(max_length=1000)] = ""
    denoise: bool | None = None
    normalize: bool | None = None
    # "Passed on as the platform supports it" (§6.1); the range is the one that MiniMax publishes.
    accuracy: Annotated[float, Field(ge=0, le=1)] | None = None

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """A recording too short for a likeness, too long or too large."""
        found = facts.get("audio", ())
        yield from _media_rules.lengths("audio", found, low_s=SHORTEST_S, high_s=LONGEST_S)
        yield from _media_rules.weight("audio", found, most_mb=MOST_MB)

    def units(self) -> float:
        """A voice at 1.5, and 0.0003 for each character of its sample (page 059 §9)."""
        return 1 + len(self.prompt) * 0.0003 / 1.5

    def body(self, model: str) -> dict[str, Json]:
        """Page 059 §6."""
        return slim(
            audio_url=self.audio,
            text=self.prompt,
            display_name=self.name,
            language=self.language,
            description=self.description,
            noise_reduction=self.denoise,
            need_volume_normalization=self.normalize,
            accuracy=plain(self.accuracy),
        )


def _model(id: str, title: str, operation: type[Voice], *, credits: int, tier: str, alias: str) -> Model:
    return Model(
        id=id,
        provider="uniall",
        kind=Kind.VOICE,
        title=title,
        operations=(operation,),
        rate=Flat(credits),
        typical_s=30,
        tier=tier,
        aliases=(alias,),
        unlisted=True,
    )


MODELS = (
    _model("minimax-voice-design", "MiniMax Voice Design", Design, credits=300, tier="good", alias="voice-design"),
    _model("minimax-voice-clone", "MiniMax Voice Clone", Clone, credits=150, tier="", alias="voice-clone"),
)
