"""What may be asked of the music model (page 055) and the speech models (pages 057, 058)."""

from bot.simulator import drafts, refusals, voices
from bot.simulator.rules import checks

RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)  # what MP3 can carry; 058 names two

_MUSIC: dict[str, checks.Check] = {
    "model": checks.text,
    "prompt": checks.text,
    "lyrics": checks.anything,
    "lyrics_optimizer": checks.flag,
    "is_instrumental": checks.flag,
    "audio_setting": checks.mapping,
}
_SPEECH: dict[str, checks.Check] = {
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


def judge_music(draft: drafts.Draft) -> str:
    """Refuse what page 055 forbids; vocals without lyrics are only advised against."""
    checks.fields(draft.body, _MUSIC)
    checks.need(draft.body, "prompt")
    return "text2music"


def judge_speech(draft: drafts.Draft) -> str:
    """Refuse what pages 057 and 058 forbid; a missing voice_id is allowed by the second."""
    body = draft.body
    checks.fields(body, _SPEECH)
    said = [body[name] for name in ("text", "input") if name in body]
    if not any(isinstance(one, str) and one.strip() for one in said):
        raise refusals.Refused("`text` is required and must not be empty.", param="text")
    if len(set(map(str, said))) > 1:
        raise refusals.Refused("`text` and `input` must be equal when both are sent.", param="input")
    if "voice_id" in body and not voices.visible(str(body["voice_id"])):
        raise refusals.Refused(
            "`voice_id` is not visible for the current client or is not compatible with this model", param="voice_id"
        )
    if "sample_rate" in body and body["sample_rate"] not in RATES:
        raise refusals.Refused(f"`sample_rate` must be one of {', '.join(map(str, RATES))}.", param="sample_rate")
    return "text2speech"
