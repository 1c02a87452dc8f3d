"""minimax-speech: pages 057 and 058.

UNI-SPEECH-VOICE-ID: a missing voice_id is allowed. UNI-SPEECH-TEXT: `text` or its alias `input`. UNI-SPEECH-FORMAT:
both spellings. UNI-SPEECH-STATUS: the words and shape of 058.
"""

from collections.abc import Sequence

from bot.simulator import checks, drafts, refusals
from bot.simulator.arrivals import Input
from bot.simulator.families import Family, Json
from bot.simulator.made import Speech
from bot.simulator.media import sounds
from bot.simulator.reports import Report
from bot.simulator.submits import Submit
from bot.simulator.uniall import answers, doors, voices

_FIELDS: dict[str, checks.Check] = {
    "model": checks.text,
    "text": checks.anything,
    "input": checks.anything,
    "voice_id": checks.text,
    "voice": checks.text,
    "speed": checks.positive,  # 0.5-2.0 is called the common range only
    "volume": checks.number,
    "pitch": checks.number,
    "emotion": checks.text,
    "language": checks.text,
    "format": checks.one_of("mp3", "wav"),
    "output_format": checks.text,
    "response_format": checks.text,
    "sample_rate": checks.number,
    "pronunciation_dict": checks.mapping,
    "timber_weights": checks.array,
    "subtitle_enable": checks.flag,
    "audio_setting": checks.mapping,
    "metadata": checks.mapping,
    "extra_body": checks.mapping,
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the pages forbid."""
    body = draft.body
    checks.fields(body, _FIELDS)
    said = [body[name] for name in ("text", "input") if name in body]
    if not any(isinstance(one, str) and one.strip() for one in said):
        raise refusals.Refused("`text` is required and must not be empty.", param="text", missing=True)
    if len(set(map(str, said))) > 1:
        raise refusals.Refused("`text` and `input` must be equal when both are sent.", param="input")
    if "voice_id" in body and not voices.visible(str(body["voice_id"]), draft.past):
        raise refusals.Refused(
            "`voice_id` is not visible for the current client or is not compatible with this model", param="voice_id"
        )
    if "sample_rate" in body and body["sample_rate"] not in sounds.RATES:
        raise refusals.Refused(
            f"`sample_rate` must be one of {', '.join(map(str, sounds.RATES))}.", param="sample_rate"
        )
    return "text2speech"


def makes(submit: Submit, inputs: Sequence[Input]) -> Speech:
    """The text, read by the voice."""
    body = submit.body
    return Speech(
        text=str(body.get("text") or body.get("input")),
        voice=str(body.get("voice_id") or body.get("voice") or ""),
        speed=float(body.get("speed", 1.0)),
        format=body.get("format", "mp3"),
        rate=int(body.get("sample_rate", 32000)),
    )


def answer(report: Report) -> Json:
    """058 chapters 3.3 and 4."""
    state, urls = report.state, report.urls
    return answers.job(report.submit, state, "audio.generation.job", in_progress=True) | {
        "raw_status": answers.raw(state, sound=True),
        "progress": f"{state.progress}%",
        "audio_url": urls[0] if urls else None,
        "result": {"audio_url": urls[0]} | answers.sounds(urls) if urls else None,
        "error": {"message": state.failure.message} if state.failure else None,
    }


FAMILY = Family(
    name="minimax-speech",
    ids=voices.MODELS,
    doors=(doors.tasks(doors.AUDIO_TASKS, answer),),
    judge=judge,
    makes=makes,
    length_s=(1.6, 2.6),
    failure="audio task failed",
)
