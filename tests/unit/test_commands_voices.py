"""/voices: what a member reads, taps and is refused; and voices by name in /speech."""

from typing import Any

import pytest

from bot import errors, requests
from bot.commands import Given
from bot.media import Facts, MediaKind
from bot.replies import Reply
from bot.requests import Kind
from bot.voices import Speaker
from tests import factories
from tests.desk import Desk, TimedFiles, desk, house
from tests.factories import ANNA, BEN
from tests.unit.test_voices import LIST, made

__all__ = ["desk", "house"]

MEMO = Given(kind=MediaKind.AUDIO, source="/tmp/memo.mp3", kept=True, name="memo.mp3")
SAMPLE = Facts(kind=MediaKind.AUDIO, mime="audio/mpeg", size_bytes=10, duration_s=2.0)


@pytest.fixture
async def room(desk: Desk) -> Desk:
    """A desk at which Anna can afford voices, and whose operator allows copies."""
    desk.house.cloning = True
    await desk.house.restart()
    desk = Desk(desk.house)
    desk.house.files.answers = [SAMPLE]
    desk.house.provider.submits = [made()]
    async with desk.house.store.transaction() as rows:
        await rows.ledger.post(factories.grant(ANNA, 2000, id="more"))
    await factories.member(desk.house.store, BEN, credits=2000)
    desk.house.studio.voices.list_speakers("uniall", LIST)
    return desk


async def request_of(desk: Desk, reply: Reply) -> requests.Request:
    """What a reply's job asks for."""
    assert reply.job is not None, desk.lines(reply)
    return (await desk.house.job(reply.job)).request


async def designed(desk: Desk, line: str = "/voices an old sailor --name Sailor") -> str:
    """A voice of Anna's; its job."""
    return (await desk.made(line)).id


async def test_the_room_is_empty_at_first(room: Desk) -> None:
    reply = await room.say("/voices")
    assert (reply.private, room.lines(reply), room.labels(reply)) == (
        True,
        [
            "You have no voice of your own yet.",
            "Everybody's voices:",
            "English: Wise_Woman",
            "Chinese (Mandarin): Chinese_Girl",
            "To speak with one: /speech Hello! --voice Wise_Woman",
        ],
        ["Design a voice · 300", "Clone a voice · 152"],
    )


async def test_it_shows_what_is_there_with_what_can_be_done(room: Desk) -> None:
    job = await designed(room, '/voices an old sailor --name "Old Sailor" --description slow')
    reply = await room.say("/voices")
    assert room.lines(reply)[:2] == ["Your voices:", f"Old Sailor · designed · {job} · “slow”"]
    assert room.lines(reply)[-1] == 'To speak with one: /speech Hello! --voice "Old Sailor"'
    assert room.labels(reply)[2:] == ["Hear Old Sailor", "Delete Old Sailor"]
    assert [(button.action, button.subject) for button in reply.buttons[2:]] == [("show", job), ("delete", job)]
    assert "你的音色：" in room.lines(reply, "zh")


async def test_many_voices_are_named_in_part_and_samples_linked(room: Desk) -> None:
    many = tuple(Speaker(id=f"V{n}", name=f"V{n}", language="English", sample="https://a.example/1") for n in range(9))
    room.house.studio.voices.list_speakers("uniall", many)
    lines = room.lines(await room.say("/voices"))
    assert lines[2] == "English: V0, V1, V2, V3, V4, V5 and 3 more"
    assert [line for line in lines if line.startswith("How")] == [
        f"How V{n} sounds: https://a.example/1" for n in range(5)
    ]


@pytest.mark.parametrize(
    ("line", "attached", "model", "said"),
    [
        (
            "/voices an old sailor",
            (),
            "minimax-voice-design",
            {
                "prompt": "an old sailor",
                "name": "an old sailor",
                "preview": "Hello! This is how I sound. What shall I say for you?",
            },
        ),
        (
            "/voices an old sailor, slow and hoarse, who has seen much --name Sailor --preview Ahoy!",
            (),
            "minimax-voice-design",
            {"prompt": "an old sailor, slow and hoarse, who has seen much", "name": "Sailor", "preview": "Ahoy!"},
        ),
        (
            "/voices",
            (MEMO,),
            "minimax-voice-clone",
            {"prompt": "Hello! This is how I sound. What shall I say for you?", "name": "memo"},
        ),
        (
            "/voices what I say there --name Me --denoise",
            (MEMO,),
            "minimax-voice-clone",
            {"prompt": "what I say there", "name": "Me", "denoise": True},
        ),
    ],
)
async def test_what_is_left_out_is_filled_in(
    room: Desk, line: str, attached: tuple[Given, ...], model: str, said: dict[str, Any]
) -> None:
    request = await request_of(room, await room.say(line, attachments=attached))
    assert (request.kind, request.model, dict(request.options)) == (Kind.VOICE, model, said)


async def test_two_voices_without_a_name_are_called_differently(room: Desk) -> None:
    await designed(room, "/voices an old sailor")
    request = await request_of(room, await room.say("/voices an old sailor"))
    assert request.options["name"] == "an old sailor 2"


async def test_a_result_says_its_name_and_speaks_at_a_tap(room: Desk) -> None:
    job = await designed(room)
    card = await room.say(f"/jobs show {job}")
    assert [button.action for button in (await room.press("show", job)).buttons][:1] == ["speak"]
    assert card.job == job
    asked = await room.press("speak", job)
    assert (asked.kind, asked.asks, room.lines(asked)) == ("ask", f"speak {job}", ["What should it say?"])
    room.house.provider.submits = ["task"]
    request = await request_of(room, await room.say(f"speak {job} Land ahoy!"))
    assert (request.kind, dict(request.options)) == (Kind.SPEECH, {"prompt": "Land ahoy!", "voice": "V1"})


async def test_it_is_found_by_its_name_in_speech_and_talk(room: Desk) -> None:
    await designed(room)
    room.house.provider.submits = ["task"]
    speech = await request_of(room, await room.say("/speech Land! --voice sailor --blend sailor:60,Wise_Woman:40"))
    assert (speech.options["voice"], speech.options["blend"]) == ("V1", ["V1:60", "Wise_Woman:40"])
    talk = await request_of(room, await room.say("/talk Land! --image face.png --voice Sailor --yes"))
    assert talk.options["voice"] == "V1"


async def test_it_is_suggested_first_and_to_its_owner_alone(room: Desk) -> None:
    await designed(room)

    async def found(command: str, **changes: Any) -> list[str]:
        heard = room.heard("", command=command, fields={"voice": ""}, **changes)
        return [each.label for each in await room.commands.suggest(heard, "voice")]

    own, theirs = "Sailor · yours", ["Wise_Woman · English", "Chinese_Girl · Chinese (Mandarin)"]
    assert await found("speech") == [own, *theirs]
    assert await found("speech", person=factories.person(user=BEN)) == theirs
    chinese = factories.person(user=BEN, language="zh")
    assert await found("speech", person=chinese) == ["Chinese_Girl（Chinese (Mandarin)）", "Wise_Woman（English）"]


async def test_deleting_asks_first(room: Desk) -> None:
    job = await designed(room)
    for reply in (await room.press("delete", job), await room.say("/voices delete Sailor")):
        assert room.lines(reply) == ["Delete the voice Sailor? It can't be brought back, and its price isn't returned."]
        assert [(button.action, button.subject) for button in reply.buttons] == [("erase", job)]
    assert room.lines(await room.press("erase", job)) == ["The voice Sailor is deleted."]
    assert await room.read("/speech Land! --voice V1") == [
        "The voice “Sailor” was deleted; choose another one, /voices lists them."
    ]
    assert await room.read(f"delete {job}") == [f"You have no voice {job}; /voices lists yours."]


async def test_the_buttons_ask_for_what_they_need(room: Desk) -> None:
    asked = await room.press("design", "new")
    assert (asked.kind, asked.asks) == ("ask", "/voices")
    request = await request_of(room, await room.press("design", "new", "an old sailor"))
    assert request.model == "minimax-voice-design"
    how = await room.press("clone", "new")
    assert (how.kind, how.asks, "ten seconds" in room.lines(how)[0]) == ("ask", "/voices", True)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "/voices an old sailor --name sailor",
            "You already have a voice called “sailor”; sailor 2 is free.",
        ),
        (
            "/speech Land! --voice Wise_Men",
            "There is no voice “Wise_Men”; near it there is Wise_Woman. /voices lists them.",
        ),
        ("/speech Land! --voice Salor", "There is no voice “Salor”; near it there is Sailor. /voices lists them."),
        (
            "/speech Land! --voice Chinese_Girl --model minimax-speech-02-hd",
            "The voice “Chinese_Girl” doesn't go with this model; it goes with minimax-speech-2.8-hd.",
        ),
        ("/speech One <#half#> two", "prompt can't be “<#half#>”; write it like <#0.5#>."),
        (
            "/voices --name Sailor2",
            "Say in words what you want, like /voices a warm old sailor who takes his time --name Sailor.",
        ),
    ],
)
async def test_refusals_name_the_value_and_the_cure(room: Desk, line: str, said: str) -> None:
    await designed(room)
    assert await room.read(line) == [said]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"duration_s": 4.0}, "audio can't be 4s with minimax-voice-clone; choose 10s to 300s."),
        ({"duration_s": 400.0}, "audio can't be 400s with minimax-voice-clone; choose 10s to 300s."),
        ({"size_bytes": 21_000_000}, "audio can't be 21.0MB with minimax-voice-clone; choose 20MB at most."),
    ],
)
async def test_a_recording_that_will_not_do(room: Desk, facts: dict[str, Any], said: str) -> None:
    assert isinstance(room.house.files, TimedFiles)
    room.house.files.measured[MediaKind.AUDIO].update(facts)
    assert await room.read("/voices --name Me", attachments=(MEMO,)) == [said]


async def test_somebody_elses_voice_is_nobody_elses(room: Desk) -> None:
    await designed(room)
    ben = factories.person(user=BEN)
    assert await room.read("/speech Land! --voice V1", person=ben) == [
        "The voice “V1” belongs to somebody else; choose one that /voices lists, or have one made there."
    ]
    assert "Sailor" not in str(await room.read("/voices", person=ben))


async def test_who_has_a_voice_copied_says_that_they_may(room: Desk) -> None:
    said = "Starting it, you say that this voice is yours, or that you may copy it."
    asked = await room.say("/voices --name Me", attachments=(MEMO,), interactive=True)
    assert (asked.kind, room.lines(asked)[1:]) == ("question", [said])
    assert len((await room.say("/voices an old sailor", interactive=True)).lines) == 1


async def test_copying_is_off_by_default(desk: Desk) -> None:
    said = [
        "Copying a voice from a recording isn't allowed here; whoever runs this bot can allow it. To have one made "
        "from a description, write /voices a warm old sailor who takes his time --name Sailor."
    ]
    assert await desk.read("/voices --name Me", attachments=(MEMO,)) == said
    assert desk.lines(await desk.press("clone", "new")) == said
    assert desk.labels(await desk.say("/voices")) == ["Design a voice · 300"]


async def test_a_voice_that_failed_is_said_to_cost_nothing(room: Desk) -> None:
    room.house.provider.submits = [errors.Rejected(errors.Reason.CONTENT, "no famous people")]
    job = await designed(room)
    receipt = room.house.delivery.ends()[-1][3]
    assert (receipt.used, receipt.returned, await room.house.balance()) == (0, 300, 2100)
    assert room.labels(await room.say(f"/jobs {job}"))[:1] == ["Again · 300"]
