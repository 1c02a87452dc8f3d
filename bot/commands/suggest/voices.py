"""Voices to speak with: the member's own by their names, then those that everybody has."""

from bot.catalogue import _spec as spec
from bot.commands.suggest import values
from bot.commands.suggest.form import Form
from bot.commands.suggest.suggestion import Reader, Suggestion, listed, matching
from bot.replies import Text, text
from bot.studio import Asked, Studio
from bot.voices import Speaker

_OPTION = "voice"
_TONGUES = {"en": "english", "zh": "chinese"}  # our languages, as providers call them


async def of_voice(studio: Studio, asked: Asked, form: Form, typed: str, reader: Reader) -> tuple[Suggestion, ...]:
    """At most 25; what the model's declaration names where nobody has listed its provider's voices yet."""
    model = _taker(form)
    if model is None:
        return values.of_option(form, _OPTION, typed, reader)
    own = [voice for voice in await studio.voices.own(asked) if voice.provider == model.provider]
    public = sorted(studio.voices.public(model), key=lambda speaker: not _speaks(speaker, reader.language))
    mine = matching(typed, own, lambda voice: (voice.name, voice.job, voice.language))
    theirs = matching(typed, public, lambda speaker: (speaker.id, speaker.name, speaker.language))
    suggested = listed(
        (
            *(reader.suggestion(voice.name, text("suggest.own_voice", name=voice.name)) for voice in mine),
            *(reader.suggestion(each.id, _label(each)) for each in theirs),
        )
    )
    return suggested or values.of_option(form, _OPTION, typed, reader)


def _taker(form: Form) -> spec.Model | None:
    if not values.takes(form, _OPTION):
        return None
    return next((model for model in form.models() if _OPTION in model.option_names()), None)


def _label(speaker: Speaker) -> Text | str:
    if speaker.language:
        return text("suggest.voice", name=speaker.id, language=speaker.language)
    return speaker.id


def _speaks(speaker: Speaker, language: str) -> bool:
    return speaker.language.casefold().startswith(_TONGUES.get(language, language))
