"""/link and /unlink: what is read and tapped, on either platform."""

from typing import Any

import pytest

from bot import requests
from bot.replies import Reply
from tests.desk import Desk, desk, house
from tests.people_desk import DISCORD, TELEGRAM

__all__ = ["desk", "house"]


def at(person: requests.Person, **changes: Any) -> dict[str, Any]:
    """A direct message of somebody's."""
    place = requests.Place(platform=person.platform, channel=f"dm{person.user}", user=person.user)
    return {"person": person, "place": place, "interactive": True, "local": False, **changes}


async def code(desk: Desk, person: requests.Person = DISCORD) -> str:
    """A code of theirs."""
    return str((await desk.say("/link", **at(person))).facts["code"])


def buttons(desk: Desk, reply: Reply) -> list[tuple[str, str]]:
    """What can be tapped."""
    return [(button.action, label) for button, label in zip(reply.buttons, desk.labels(reply), strict=True)]


async def test_a_code_is_given_in_private(desk: Desk) -> None:
    reply = await desk.say("/link", **at(DISCORD))
    words = reply.facts["code"]
    assert (reply.private, desk.lines(reply)) == (
        True,
        [
            f"On your other platform, send me /link {words}. It works once and ends in 10 minutes.",
            "Whoever sends it shares your credits, voices and history: show it to nobody.",
        ],
    )


async def test_both_sides_read_what_was_joined(desk: Desk) -> None:
    words = await code(desk)
    reply = await desk.say(f"/link {words}", **at(TELEGRAM))
    assert (reply.private, desk.lines(reply)) == (
        True,
        [
            "Joined with Discord: 0 credits of your own in all. "
            "Voices, history, settings and allowance are shared from now on."
        ],
    )
    (told,) = reply.elsewhere
    place = at(DISCORD)["place"].model_copy(update={"private": True})
    assert (told.place, told.language, told.reply.private) == (place, "en", True)
    assert desk.lines(told.reply) == [
        "Joined with Telegram: 0 credits of your own in all. "
        "Voices, history, settings and allowance are shared from now on.",
        "If that wasn't you, take it out again: /unlink telegram",
    ]


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (
            "hello",
            "“hello” is no code: codes have eight letters and digits. Send me /link on your other platform to get one.",
        ),
        ("2222-2222", "I don't know that code. Please look again; you have 4 more tries."),
    ],
)
async def test_what_is_no_code_is_said(desk: Desk, said: str, read: str) -> None:
    assert await desk.read(f"/link {said}", **at(TELEGRAM)) == [read]


async def test_the_last_wrong_try_says_so(desk: Desk) -> None:
    for _ in range(4):
        await desk.say("/link 2222-2222", **at(TELEGRAM))
    assert await desk.read("/link 2222-2222", **at(TELEGRAM)) == [
        "I don't know that code. Please ask for a new one with /link on your other platform, and try again in an hour."
    ]
    assert await desk.read("/link 2222-2222", **at(TELEGRAM)) == [
        "That's 5 codes in vain within an hour, so I don't take another yet. Please try again in 60 minutes."
    ]


async def test_a_platform_is_taken_out_after_a_question(desk: Desk) -> None:
    await desk.say(f"/link {await code(desk)}", **at(TELEGRAM))
    asked = await desk.say("/unlink", **at(TELEGRAM))
    assert desk.lines(asked) == [
        "Take Telegram out of your account? It starts anew by itself: "
        "without credits, voices or history, and with an allowance from tomorrow on.",
        "Everything stays with Discord, 0 credits of your own among it.",
        "To take Discord out instead: /unlink discord",
    ]
    assert buttons(desk, asked) == [("unjoin", "Take Telegram out"), ("unjoin_not", "No thanks")]
    done = await desk.press("unjoin", asked.buttons[0].subject, **at(TELEGRAM))
    assert desk.lines(done) == ["Telegram stands by itself now. Everything stays with Discord."]
    assert await desk.read("/unlink", **at(TELEGRAM)) == [
        "There is nothing to take out: your account is on one platform only. /link joins another."
    ]


async def test_a_no_leaves_everything(desk: Desk) -> None:
    await desk.say(f"/link {await code(desk)}", **at(TELEGRAM))
    asked = await desk.say("/unlink telegram", **at(DISCORD))
    stays = await desk.press("unjoin_not", asked.buttons[0].subject, **at(DISCORD))
    assert desk.lines(stays) == ["All right, everything stays as it is."]
    assert await desk.house.studio.account(DISCORD) == await desk.house.studio.account(TELEGRAM)


async def test_only_platforms_can_be_taken_out(desk: Desk) -> None:
    await desk.say(f"/link {await code(desk)}", **at(TELEGRAM))
    (said,) = await desk.read("/unlink myspace", **at(TELEGRAM))
    assert "myspace" in said
    assert "discord, telegram" in said
    assert await desk.read("/unlink console", **at(TELEGRAM)) == [
        "You aren't known on the console, so nothing changed."
    ]
