"""The voices of page 059: the platform's own, three private ones of this key, and those that were made here."""

import hashlib
from collections.abc import Sequence

from bot.simulator import checks
from bot.simulator.families import Json
from bot.simulator.reports import Report
from bot.simulator.submits import Submit

CLONE = "/v1/audio/voices/clone"
DESIGN = "/v1/audio/voices/design"
MADE = {CLONE: "voice_clone", DESIGN: "voice_design"}

FIELDS: dict[str, checks.Check] = {
    "text": checks.text,
    "preview_text": checks.text,
    "display_name": checks.text,
    "name": checks.text,
    "language": checks.text,
    "description": checks.anything,
}
"""What a clone and a design have in common (059 chapters 6.1 and 7.1)."""

MODELS = ("minimax-speech-2.8-hd", "minimax-speech-02-hd")
"""The speech models (057, 058); every voice fits both."""

_SYSTEM = {
    "Wise_Woman": "English",
    "Calm_Woman": "English",
    "Friendly_Person": "English",
    "Inspirational_girl": "English",
    "Lively_Girl": "English",
    "Lovely_Girl": "English",
    "Sweet_Girl_2": "English",
    "Exuberant_Girl": "English",
    "Abbess": "English",
    "Deep_Voice_Man": "English",
    "Casual_Guy": "English",
    "Patient_Man": "English",
    "Determined_Man": "English",
    "Elegant_Man": "English",
    "Imposing_Manner": "English",
    "Young_Knight": "English",
    "Decent_Boy": "English",
    "Chinese (Mandarin)_Kind-hearted_Elder": "Chinese (Mandarin)",
    "Chinese (Mandarin)_News_Anchor": "Chinese (Mandarin)",
    "Chinese (Mandarin)_Warm_Girl": "Chinese (Mandarin)",
    "Japanese_KindLady": "Japanese",
}
_PRIVATE = {  # the ids that the documents' own speech examples use
    "voice_xxx": ("voice_clone", "English"),
    "VoiceClone123456": ("voice_clone", "Chinese (Mandarin)"),
    "ttv-voice-2026062416421526-E4jmMP8B": ("voice_design", "Chinese (Mandarin)"),
}


def visible(voice_id: str, past: Sequence[Submit] = ()) -> bool:
    """Whether this key may speak with that voice; `past` is what was taken before."""
    return voice_id in _SYSTEM or voice_id in _PRIVATE or any(voice_id == id_of(one) for one in created(past))


def created(past: Sequence[Submit]) -> list[Submit]:
    """The submissions that made voices, as far as nothing was to go wrong with them."""
    return [one for one in past if one.path in MADE and not {"fail", "refuse-late"} & set(one.faults)]


def id_of(submit: Submit) -> str:
    """The voice that a clone or a design makes."""
    digest = hashlib.sha256(submit.task_id.encode()).hexdigest()
    if submit.path == CLONE:
        return f"VoiceClone{int(digest[:10], 16)}"
    return f"ttv-voice-{submit.at[:19].translate(str.maketrans('', '', '-:T'))}-{digest[:8]}"


def preview(submit: Submit) -> str:
    """The text of a new voice's first words."""
    return str(submit.body.get("preview_text") or submit.body.get("text") or "")


def answer(report: Report) -> Json:
    """059 chapters 6.6 and 7.9: the voice, its preview and what it is charged by."""
    submit = report.submit
    url = report.urls[0] if report.urls else None
    plural = {"voice_clone": "voice_clones", "voice_design": "voice_designs"}[submit.operation]
    return {
        "object": "audio.voice",
        "model": submit.model,
        "task_id": submit.task_id,
        "voice_id": id_of(submit),
        "preview_audio_url": url,
        "voice": private(submit, url),
        "billing_contract": {
            "billing_version": "media-v1",
            "public_model": submit.model,
            "operation": f"audio.{submit.operation}",
            "settlement_policy": "fixed_at_estimate",
            "billing_stage": "final",
            "facts": {plural: 1, "preview_characters": len(preview(submit))},
        },
        "outputs": [{"url": one, "type": "audio"} for one in report.urls],
    }


def listing(model: str | None, made: Sequence[Json]) -> Json:
    """The answer of the voice list (059 chapter 5); every voice fits both speech models, so `model` only echoes."""
    voices = [_entry(id, language, "system") for id, language in _SYSTEM.items()]
    voices += [_entry(id, language, source) for id, (source, language) in _PRIVATE.items()]
    return {"object": "audio.voice.list", "model": model or "", "data": [*voices, *made]}


def private(submit: Submit, url: str | None) -> Json:
    """A voice that was made here, as lists and answers show it."""
    body = submit.body
    language = str(body.get("language", ""))
    return _entry(id_of(submit), language, MADE[submit.path]) | {
        "display_name": body.get("display_name") or body.get("name") or id_of(submit),
        "description": body.get("description", ""),
        "preview_audio_url": url,
        "created_at": f"{submit.at[:19]}Z",
    }


def _entry(voice_id: str, language: str, source: str) -> Json:
    name = voice_id.rsplit("_", 1)[-1] if voice_id.startswith("Chinese") else voice_id
    return {
        "voice_id": voice_id,
        "display_name": name.replace("_", " "),
        "language": language,
        "description": "MiniMax system voice" if source == "system" else "A private voice of this account",
        "source_type": source,
        "visibility": "public" if source == "system" else "private",
        "status": "active",
        "compatible_models": list(MODELS),
        "preview_audio_url": None,
        "created_at": "2026-06-23T18:05:59Z",
    }
