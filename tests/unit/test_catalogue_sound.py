"""Speech, songs and voices of uniall: pauses, mixed voices, boxes of settings, presets and prices."""

from typing import Any

import pytest

from bot import catalogue
from bot.errors import Invalid, Problem
from bot.media import Facts, MediaKind
from bot.requests import Json

SPEECH, SONG, DESIGN, CLONE = (
    "minimax-speech-2.8-hd",
    "minimax-music-2.6",
    "minimax-voice-design",
    "minimax-voice-clone",
)
AUDIO = "https://a.example/memo.mp3"


def body(model: str, *, media: dict[str, list[str]] | None = None, presets: bool = False, **said: Any) -> Json:
    """The request that is sent, but for its model."""
    options = catalogue.prepare(catalogue.find(model), said, media=media or {}, presets=presets)
    return {name: value for name, value in options.wire(model).body.items() if name != "model"}


def problems(model: str, *, media: dict[str, list[str]] | None = None, **said: Any) -> tuple[Problem, ...]:
    """What is wrong with a request."""
    with pytest.raises(Invalid) as found:
        body(model, media=media, **said)
    return found.value.problems


def price(model: str, *, media: dict[str, list[str]] | None = None, **said: Any) -> int:
    """Credits that are set aside."""
    found = catalogue.find(model)
    return catalogue.prepare(found, said, media=media or {}).quote(found.rate)


# --- speech --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["One <#0.5#> two", "<#1.0#>", "<# 2 #>", "<#0.01#><#99.99#>", "1 < 2 # 3 > 4", "(laughs)"]
)
def test_pauses_and_sounds_are_sent_as_they_are(words: str) -> None:
    assert body(SPEECH, prompt=words, voice="V")["text"] == words


@pytest.mark.parametrize("pause", ["<#half#>", "<#0#>", "<#100#>", "<#1.5>", "<##>", "<#-1#>"])
@pytest.mark.parametrize("model", [SPEECH, "kling-avatar-v2-standard"])
def test_a_pause_that_would_be_read_aloud_is_refused(model: str, pause: str) -> None:
    media = {"image": [AUDIO]} if model != SPEECH else {}
    wrong = Problem(field="prompt", rule="pattern", value=pause, allowed="<#0.5#>")
    assert problems(model, media=media, prompt=f"One {pause} two", voice="V") == (wrong,)


@pytest.mark.parametrize(
    "blend",
    [
        "Wise_Woman:60, Chinese (Mandarin)_Warm_Girl:40",
        ["Wise_Woman:60", "Chinese (Mandarin)_Warm_Girl:40"],
        ["Wise_Woman:60，Chinese (Mandarin)_Warm_Girl:40"],
        [{"voice_id": "Wise_Woman", "weight": 60}, {"voice_id": "Chinese (Mandarin)_Warm_Girl", "weight": 40}],
    ],
)
@pytest.mark.parametrize("name", ["blend", "timber_weights"])
def test_voices_are_mixed_however_they_are_listed(name: str, blend: Any) -> None:
    assert body(SPEECH, prompt="Hi", voice="V", **{name: blend})["timber_weights"] == [
        {"voice_id": "Wise_Woman", "weight": 60},
        {"voice_id": "Chinese (Mandarin)_Warm_Girl", "weight": 40},
    ]


@pytest.mark.parametrize(
    "blend", ["V", "V:0", "V:101", ":5", "V:a", [{"weight": 5}], ["A:1", "B:1", "C:1", "D:1", "E:1"]]
)
def test_what_is_no_mixture_is_refused(blend: object) -> None:
    assert [problem.field for problem in problems(SPEECH, prompt="Hi", voice="V", blend=blend)] == ["blend"]


def test_settings_in_the_pages_box_are_understood() -> None:
    box = {"bitrate": 128_000, "channel": 1}
    assert body(SPEECH, text="Hi", voice_id="V", audio_setting=box)["audio_setting"] == box
    assert [(p.field, p.rule) for p in problems(SPEECH, text="Hi", voice_id="V", audio_setting="mp3")] == [
        ("audio_setting", "unknown")
    ]
    assert [p.field for p in problems(SPEECH, text="Hi", voice_id="V", audio_setting={"bitrate": 1})] == [
        "audio_setting.bitrate"
    ]


# --- songs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "sung"),
    [
        ({}, {"is_instrumental": True}),
        ({"lyrics": "la la"}, {"lyrics": "la la"}),
        ({"instrumental": False}, {"is_instrumental": False}),
        ({"polish": True}, {"lyrics_optimizer": True}),
    ],
)
def test_who_gives_no_words_to_sing_means_music(said: dict[str, Json], sung: dict[str, Json]) -> None:
    assert body(SONG, prompt="calm", presets=True, **said) == {"prompt": "calm", **sung}
    assert "is_instrumental" not in body(SONG, prompt="calm")  # nothing is said for whoever previews


def test_a_songs_file_is_what_is_asked_for() -> None:
    setting: dict[str, Any] = {"format": "wav", "sample_rate": 44_100, "bitrate": 256_000}
    assert body(SONG, prompt="calm", **setting)["audio_setting"] == setting
    assert body(SONG, prompt="calm", audio_setting=setting)["audio_setting"] == setting


# --- voices --------------------------------------------------------------------------------------------------------


def test_a_voice_is_asked_for_in_the_pages_words() -> None:
    said: dict[str, Any] = {"name": "Sailor", "language": "English", "description": "slow"}
    named = {"display_name": "Sailor", "language": "English", "description": "slow"}
    assert body(DESIGN, prompt="old", preview="Ahoy!", **said) == {"prompt": "old", "preview_text": "Ahoy!", **named}
    switches: dict[str, Any] = {"denoise": True, "normalize": False, "accuracy": 0.7}
    assert body(CLONE, media={"audio": [AUDIO]}, prompt="Ahoy!", **said, **switches) == {
        "audio_url": AUDIO,
        "text": "Ahoy!",
        **named,
        "noise_reduction": True,
        "need_volume_normalization": False,
        "accuracy": 0.7,
    }


def test_a_voice_costs_more_the_more_its_sample_says() -> None:
    clip = {"audio": [AUDIO]}
    assert price(DESIGN, prompt="old", preview="Ahoy!") == 300
    assert [price(CLONE, media=clip, prompt="a" * count) for count in (0, 36, 1000)] == [150, 152, 180]


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        ({"duration_s": 9.9}, ("9.9s", "10s to 300s")),
        ({"duration_s": 301.0}, ("301s", "10s to 300s")),
        ({"size_bytes": 20_000_001}, ("20.0MB", "20MB at most")),
        ({}, None),
    ],
)
def test_a_recording_is_long_enough_for_a_likeness(found: dict[str, Any], wrong: tuple[str, str] | None) -> None:
    facts = Facts(kind=MediaKind.AUDIO, **{"mime": "audio/mpeg", "size_bytes": 9, "duration_s": 12.0, **found})
    given = {"media": {"audio": [AUDIO]}, "facts": {"audio": [facts]}}
    try:
        catalogue.prepare(catalogue.find(CLONE), {}, **given)  # type: ignore[arg-type]
        refused = None
    except Invalid as invalid:
        (problem,) = invalid.problems
        refused = (problem.value, problem.allowed)
    assert refused == wrong
