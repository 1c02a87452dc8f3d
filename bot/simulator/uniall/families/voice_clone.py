"""minimax-voice-clone: page 059, chapter 6. No model is named in the request, and the answer waits for the voice."""

from collections.abc import Sequence

from bot.simulator import checks, drafts, refusals
from bot.simulator.arrivals import Input
from bot.simulator.families import Door, Family
from bot.simulator.made import Speech
from bot.simulator.submits import Submit
from bot.simulator.uniall import voices

_FIELDS: dict[str, checks.Check] = voices.FIELDS | {
    "audio_url": checks.url,
    "noise_reduction": checks.flag,
    "need_volume_normalization": checks.flag,
    "accuracy": checks.any_of(checks.number, checks.anything),
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids; that `text` and `preview_text` should be equal is advice."""
    checks.fields(draft.body, _FIELDS)
    if "audio_url" not in draft.body:
        raise refusals.Refused("`audio_url` is required.", param="audio_url", missing=True)
    return "voice_clone"


def makes(submit: Submit, inputs: Sequence[Input]) -> Speech:
    """The preview: the text, or a sentence of our own where none was sent."""
    return Speech(text=voices.preview(submit) or "Hello.", voice=voices.id_of(submit))


FAMILY = Family(
    name="minimax-voice-clone",
    ids=("minimax-voice-clone",),
    doors=(Door(path=voices.CLONE, model_in="nowhere", answer=voices.answer, direct=True),),
    judge=judge,
    makes=makes,
    length_s=(4.0, 8.0),
    failure="audio task failed",
)
