"""Lists of voices (shape 17 of our contracts): `{object, model, data: [{voice_id, …}]}`, page 059 chapter 5."""

from collections.abc import Mapping

from bot import errors
from bot.requests import Json
from bot.voices import Speaker

_MADE = frozenset({"voice_clone", "voice_design"})
_GONE = frozenset({"inactive", "disabled", "deleted", "expired", "failed"})  # the page prints "active" alone


def speakers(body: Json) -> tuple[Speaker, ...]:
    """The voices of a list, but for those that are no longer at work. Raises Unreachable for what is no such list."""
    entries = body.get("data") if isinstance(body, dict) else None
    if not isinstance(entries, list):
        raise errors.Unreachable("the list of voices has no data")
    found = [_speaker(entry) for entry in entries if isinstance(entry, dict) and _text(entry, "voice_id")]
    return tuple({speaker.id: speaker for speaker in found if speaker is not None}.values())


def _speaker(entry: Mapping[str, Json]) -> Speaker | None:
    if _text(entry, "status").casefold() in _GONE:
        return None
    id, models = _text(entry, "voice_id"), entry.get("compatible_models")
    return Speaker(
        id=id,
        name=_text(entry, "display_name") or id,
        language=_text(entry, "language"),
        private=_text(entry, "visibility") == "private" or _text(entry, "source_type") in _MADE,
        models=frozenset(each for each in models if isinstance(each, str)) if isinstance(models, list) else frozenset(),
        sample=_text(entry, "preview_audio_url"),
    )


def _text(entry: Mapping[str, Json], name: str) -> str:
    value = entry.get(name)
    return value.strip() if isinstance(value, str) else ""
