"""minimax-voice-design: page 059, chapter 7. No model is named in the request, and the answer waits for the voice.

UNI-VOICE-DESIGN: `prompt` and `preview_text`, for which `text` may stand in, are required, as on 059.
"""

from collections.abc import Sequence

from bot.simulator import checks, drafts, refusals
from bot.simulator.arrivals import Input
from bot.simulator.families import Door, Family
from bot.simulator.made import Speech
from bot.simulator.submits import Submit
from bot.simulator.uniall import voices

_FIELDS: dict[str, checks.Check] = voices.FIELDS | {"prompt": checks.text}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids."""
    checks.fields(draft.body, _FIELDS)
    checks.need(draft.body, "prompt")
    if "preview_text" not in draft.body and "text" not in draft.body:
        raise refusals.Refused("`preview_text` is required.", param="preview_text", missing=True)
    return "voice_design"


def makes(submit: Submit, inputs: Sequence[Input]) -> Speech:
    """The preview."""
    return Speech(text=voices.preview(submit), voice=voices.id_of(submit))


FAMILY = Family(
    name="minimax-voice-design",
    ids=("minimax-voice-design",),
    doors=(Door(path=voices.DESIGN, model_in="nowhere", answer=voices.answer, direct=True),),
    judge=judge,
    makes=makes,
    length_s=(4.0, 8.0),
    failure="audio task failed",
)
