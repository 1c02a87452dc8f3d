"""The voices of GET /v1/audio/voices (page 059, chapter 5): the platform's own and three private ones of this key."""

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


def visible(voice_id: str) -> bool:
    """Whether this key may speak with that voice."""
    return voice_id in _SYSTEM or voice_id in _PRIVATE


def listing(model: str | None) -> dict[str, object]:
    """The answer of the voice list; every voice fits both speech models, so `model` only echoes."""
    voices = [_entry(id, language, "system") for id, language in _SYSTEM.items()]
    voices += [_entry(id, language, source) for id, (source, language) in _PRIVATE.items()]
    return {"object": "audio.voice.list", "model": model or "", "data": voices}


def _entry(voice_id: str, language: str, source: str) -> dict[str, object]:
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
