"""uniall's voices: the list in every shape, and a voice from its making to a speech that is spoken with it."""

import json
from pathlib import Path

import pytest

from bot import catalogue, errors, ports
from bot.providers.uniall import Uniall
from bot.simulator import Options, serve
from bot.voices import Speaker
from tests.contract.playing import Played

DOCUMENTS = Path(__file__).parents[3] / "shared" / "contracts" / "uniall" / "examples.jsonl"
BOTH = frozenset({"minimax-speech-2.8-hd", "minimax-speech-02-hd"})
PRINTED = {
    "object": "audio.voice.list",
    "model": "minimax-speech-2.8-hd",
    "data": [
        {
            "voice_id": "Chinese (Mandarin)_Kind-hearted_Elder",
            "display_name": "Kind-hearted Elder",
            "language": "Chinese (Mandarin)",
            "source_type": "system",
            "visibility": "public",
            "status": "active",
            "compatible_models": sorted(BOTH),
            "preview_audio_url": None,
        },
        {
            "voice_id": "ttv-voice-1",
            "display_name": "smoke",
            "language": "Chinese (Mandarin)",
            "source_type": "voice_design",
            "visibility": "private",
            "status": "active",
            "compatible_models": sorted(BOTH),
            "preview_audio_url": "https://api.example/preview.mp3",
        },
    ],
}
ELDER = Speaker(
    id="Chinese (Mandarin)_Kind-hearted_Elder", name="Kind-hearted Elder", language="Chinese (Mandarin)", models=BOTH
)
SMOKE = Speaker(
    id="ttv-voice-1",
    name="smoke",
    language="Chinese (Mandarin)",
    private=True,
    models=BOTH,
    sample="https://api.example/preview.mp3",
)


async def listed(body: object) -> tuple[Speaker, ...] | None:
    played = Played(body)
    async with played.served(Uniall) as uniall:
        found = await uniall.voices()
    assert [(asked.method, asked.path) for asked in played.asked] == [("GET", "/v1/audio/voices")]
    return found


async def test_the_printed_list() -> None:
    assert await listed(PRINTED) == (ELDER, SMOKE)


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ({"voice_id": "V"}, (Speaker(id="V", name="V"),)),
        ({"voice_id": " V ", "compatible_models": "all", "preview_audio_url": 1}, (Speaker(id="V", name="V"),)),
        ({"voice_id": "V", "source_type": "voice_clone"}, (Speaker(id="V", name="V", private=True),)),
        ({"voice_id": "V", "status": "disabled"}, ()),
        ({"voice_id": ""}, ()),
        ("V", ()),
    ],
)
async def test_entries_that_say_less(entry: object, found: tuple[Speaker, ...]) -> None:
    assert await listed({"data": [entry]}) == found


@pytest.mark.parametrize("body", [{}, [], {"data": {}}, {"data": None}])
async def test_what_is_no_list(body: object) -> None:
    async with Played(body).served(Uniall) as uniall:
        with pytest.raises(errors.Unreachable):
            await uniall.voices()


async def test_a_voice_is_made_listed_and_spoken_with() -> None:
    async with serve(Options(speed=200)) as simulator:
        uniall = Uniall(key=Options().key, base_url=simulator.url)
        model = catalogue.find("minimax-voice-design")
        options = catalogue.prepare(model, {"prompt": "an old sailor", "preview": "Ahoy!", "name": "Sailor"}, media={})
        status = (await uniall.submit(options.wire(model.id))).status
        assert status is not None
        (speaks,) = status.actions
        made = next(speaker for speaker in await uniall.voices() or () if speaker.id == speaks.id)
        assert (made.name, made.private, bool(made.sample), made.models) == ("Sailor", True, True, BOTH)
        speech = catalogue.find("minimax-speech-2.8-hd")
        said = catalogue.prepare(speech, {"prompt": "Land!", "voice": speaks.id}, media={})
        assert isinstance(await uniall.submit(said.wire(speech.id)), ports.Submitted)
        nobody = catalogue.prepare(speech, {"prompt": "Land!", "voice": "nobody"}, media={})
        with pytest.raises(errors.Rejected, match="not visible"):
            await uniall.submit(nobody.wire(speech.id))
        await uniall.close()


@pytest.mark.skipif(not DOCUMENTS.is_file(), reason="the provider's printed answers are not here")
async def test_every_list_that_is_printed_is_read() -> None:
    lines = [json.loads(line) for line in DOCUMENTS.read_text("utf-8").splitlines()]
    bodies = [x["response"] for x in lines if (x["response"] or {}).get("object") == "audio.voice.list"]
    assert bodies
    for body in bodies:
        assert [s.id for s in await listed(body) or ()] == [entry["voice_id"] for entry in body["data"]]
