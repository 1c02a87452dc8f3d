"""Replies on their way to Discord: posted where somebody reads them, edited while they can be, each once."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot import errors, requests
from bot.replies import Attachment, Button, Prose, Reply, text
from tests import factories
from tests.discord_server.messages import Seen
from tests.discord_stage import HELLO, Stage, opened

DONE = replace(HELLO, kind="done", job="K7Q2")
MEBIBYTE = 1024 * 1024


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Mia, and a bot at work."""
    async with opened(tmp_path) as stage, stage.working():
        yield stage


def place(stage: Stage, **changes: Any) -> requests.Place:
    """The channel where Mia asked, long after."""
    said = {
        "platform": "discord",
        "channel": str(stage.scene.channel),
        "community": str(stage.scene.guild),
        "user": str(stage.scene.mia),
        "file_bytes": 10 * MEBIBYTE,
    }
    return requests.Place.model_validate({**said, **changes})


async def asked(stage: Stage, *, options: dict[str, Any] | None = None, **how: Any) -> tuple[requests.Place, Seen]:
    """Where Mia asked just now, and what she was answered."""
    (message,) = await stage.shown(await stage.slash("image", options or {"prompt": "a fox"}, **how))
    return stage.core.heard[-1][2].place, message


def dead(place: requests.Place) -> requests.Place:
    """The place a quarter of an hour later."""
    assert place.answering is not None
    return place.model_copy(update={"answering": place.answering.model_copy(update={"until": datetime.now(UTC)})})


def pictures(count: int) -> tuple[Attachment, ...]:
    """So many results."""
    return tuple(
        Attachment(path=f"results/{n}.png", name=f"K7Q2-{n}.png", facts=factories.facts()) for n in range(count)
    )


# --- posting


async def test_a_result_is_posted_in_the_channel_and_calls_its_asker(stage: Stage) -> None:
    reply = replace(DONE, lines=(text("done_for.image", person="Mia", n=2),), mention=True, media=pictures(2))
    id = await stage.app.platform.post(place(stage), reply, language="en")
    (message,) = await stage.read()
    assert id == f"{stage.scene.channel}:{message.id}"
    assert message.content == f"<@{stage.scene.mia}>, here are your 2 pictures."
    assert message.pings.users == [stage.scene.mia]
    assert [file.name for file in message.files] == ["K7Q2-0.png", "K7Q2-1.png"]


async def test_an_end_that_is_posted_twice_is_one_message(stage: Stage) -> None:
    first = await stage.app.platform.post(place(stage), DONE, language="en")
    assert await stage.app.platform.post(place(stage), DONE, language="en") == first
    other = await stage.app.platform.post(place(stage), replace(DONE, job="M2N3"), language="en")
    assert (len(await stage.read()), other == first) == (2, False)


async def test_a_ping_belongs_under_its_message_and_stands_alone_where_that_is_gone(stage: Stage) -> None:
    result = await stage.app.platform.post(place(stage), DONE, language="en")
    message = int((result or "").split(":")[1])
    ping = Reply(lines=(text("ping.done", person="Mia", kind="picture", job="K7Q2"),), kind="ping", under=result)
    await stage.app.platform.post(place(stage), replace(ping, job="K7Q2", mention=True), language="en")
    await stage.served.delete_message(message)
    await stage.app.platform.post(place(stage), replace(ping, job="M2N3"), language="en")
    beneath, alone = await stage.read()
    assert (beneath.reference, alone.reference) == (message, None)
    assert await stage.served.refusals("form") == []


async def test_a_thread_is_answered_in_the_thread_and_a_locked_one_in_its_channel(stage: Stage) -> None:
    thread = await stage.served.thread(stage.scene.channel, "foxes")
    here = place(stage, thread=str(thread))
    await stage.served.change_thread(thread, archived=True)
    await stage.app.platform.post(here, DONE, language="en")
    await stage.served.change_thread(thread, archived=True, locked=True)
    await stage.app.platform.post(here, replace(DONE, job="M2N3"), language="en")
    assert [len(await stage.read(one)) for one in (thread, stage.scene.channel)] == [1, 1]


@pytest.mark.parametrize("shut", ["deleted", "denied"])
async def test_what_a_channel_takes_no_more_is_written_directly(stage: Stage, shut: str) -> None:
    if shut == "deleted":
        await stage.served.delete_channel(stage.scene.channel)
    else:
        await stage.served.permit(stage.scene.channel, stage.served.world.bot.id, deny=["send_messages"])
    reply = replace(DONE, mention=True, media=pictures(1))
    id = await stage.app.platform.post(place(stage, file_bytes=100 * MEBIBYTE), reply, language="en")
    (message,) = await stage.direct()
    assert id == f"{message.channel_id}:{message.id}"
    assert (message.content, len(message.files)) == ("Here's your picture.", 1)  # nobody is called in their own room


async def test_when_every_way_is_shut_that_is_said_for_good(stage: Stage) -> None:
    await stage.served.delete_channel(stage.scene.channel)
    await stage.served.change_user(stage.scene.mia, dms_open=False)
    with pytest.raises(errors.Undelivered) as raised:
        await stage.app.platform.post(place(stage), DONE, language="en")
    assert raised.value.closed


async def test_what_is_private_goes_by_token_then_directly_and_never_into_the_channel(stage: Stage) -> None:
    here, _ = await asked(stage, options={"prompt": "a fox", "private": True})
    id = await stage.app.platform.post(here, DONE, language="en")
    assert [message.ephemeral for message in await stage.read()] == [True, True]
    assert (id or "").endswith(":t")
    await stage.app.platform.post(dead(here), DONE, language="en")
    assert len(await stage.direct()) == 1
    assert await stage.served.messages(stage.scene.channel) == []


async def test_where_the_bot_is_not_it_answers_by_token_then_directly(stage: Stage) -> None:
    guild = await stage.served.guild("Elsewhere", members=[stage.scene.mia], bot=False)
    channel = await stage.served.channel(guild, "art")
    here, _ = await asked(stage, channel=channel, user_installed=True)
    await stage.app.platform.post(here, DONE, language="en")
    assert len(await stage.read(channel)) == 2
    await stage.app.platform.post(dead(here), DONE, language="en")
    assert (len(await stage.read(channel)), len(await stage.direct())) == (2, 1)


async def test_a_crowded_discord_is_tried_again_later(stage: Stage) -> None:
    await stage.served.fault("rate_limit", path="/channels/*/messages", retry_after_s=100.0)
    with pytest.raises(errors.Undelivered) as raised:
        await stage.app.platform.post(place(stage), DONE, language="en")
    assert (raised.value.closed, raised.value.retry_after_s) == (False, 100.0)


async def test_a_broken_discord_is_tried_again_later(stage: Stage) -> None:
    await stage.served.fault("status", path="/channels/*/messages", status=503)
    with pytest.raises(errors.Undelivered) as raised:
        await stage.app.platform.post(place(stage), DONE, language="en")
    assert (raised.value.closed, isinstance(raised.value, errors.Gone)) == (False, False)


async def test_an_answer_that_got_lost_is_not_posted_again(stage: Stage) -> None:
    await stage.served.fault("lost", method="POST", path="/channels/*/messages")
    with pytest.raises(errors.Undelivered):
        await stage.app.platform.post(place(stage), DONE, language="en")
    await stage.app.platform.post(place(stage), DONE, language="en")
    assert len(await stage.read()) == 1


async def test_nothing_is_posted_by_a_bot_that_is_not_connected(stage: Stage) -> None:
    idle = stage.new_app(stage.core, stage.core)
    with pytest.raises(errors.Undelivered):
        await idle.platform.post(place(stage), DONE, language="en")


# --- editing


async def test_a_message_is_edited_by_token_while_it_lives_and_by_the_bot_after_that(stage: Stage) -> None:
    here, message = await asked(stage)
    id = f"{stage.scene.channel}:{message.id}:t"
    button = Button(action="again", subject="K7Q2", label=text("button.show"))
    for place_ in (here, dead(here)):
        reply = replace(DONE, media=pictures(2), buttons=(button,))
        await stage.app.platform.edit(place_, id, reply, language="en")
        await stage.app.platform.edit(place_, id, reply, language="en")
        (seen,) = await stage.read()
        assert ([file.name for file in seen.files], len(seen.buttons)) == (["K7Q2-0.png", "K7Q2-1.png"], 1)
        await stage.app.platform.edit(place_, id, replace(HELLO, kind="failed", job="K7Q2"), language="zh")
        (seen,) = await stage.read()
        assert (seen.content, seen.files, seen.buttons) == ("画好了。", [], [])
    patched = await stage.served.requests(method="PATCH")
    assert ["/webhooks/" in request.path for request in patched] == [True] * 3 + [False] * 3
    assert await stage.served.refusals() == []


async def test_a_token_that_died_early_is_no_trouble(stage: Stage) -> None:
    id = await stage.slash()
    (message,) = await stage.shown(id)
    here = stage.core.heard[0][2].place
    await stage.served.kill_token(id)
    await stage.app.platform.edit(here, f"{stage.scene.channel}:{message.id}:t", DONE, language="zh")
    assert [seen.content for seen in await stage.read()] == ["画好了。"]


async def test_a_private_message_lives_as_long_as_its_token(stage: Stage) -> None:
    here, message = await asked(stage, options={"prompt": "a fox", "private": True})
    id = f"{stage.scene.channel}:{message.id}:t"
    await stage.app.platform.edit(here, id, DONE, language="zh")
    assert [(seen.content, seen.ephemeral) for seen in await stage.read()] == [("画好了。", True)]
    with pytest.raises(errors.Gone):
        await stage.app.platform.edit(dead(here), id, DONE, language="en")


@pytest.mark.parametrize("gone", ["message", "channel", "access", "words"])
async def test_what_can_be_edited_no_more_is_gone(stage: Stage, gone: str) -> None:
    id = await stage.app.platform.post(place(stage), DONE, language="en") or ""
    match gone:
        case "message":
            await stage.served.delete_message(int(id.split(":")[1]))
        case "channel":
            await stage.served.delete_channel(stage.scene.channel)
        case "access":
            await stage.served.permit(stage.scene.channel, stage.served.world.bot.id, deny=["view_channel"])
        case _:
            id = "what the console calls a message"
    with pytest.raises(errors.Gone):
        await stage.app.platform.edit(place(stage), id, DONE, language="en")


async def test_an_edit_that_did_not_come_through_is_tried_again(stage: Stage) -> None:
    id = await stage.app.platform.post(place(stage), DONE, language="en") or ""
    await stage.served.fault("rate_limit", method="PATCH", path="/channels/*", retry_after_s=100.0)
    with pytest.raises(errors.Undelivered) as raised:
        await stage.app.platform.edit(place(stage), id, DONE, language="en")
    assert (isinstance(raised.value, errors.Gone), raised.value.retry_after_s) == (False, 100.0)


# --- files


async def test_more_than_ten_files_take_several_messages_and_stay_so(stage: Stage) -> None:
    reply = replace(DONE, media=pictures(12), buttons=(Button(action="again", subject="K7Q2", label=HELLO.lines[0]),))
    id = await stage.app.platform.post(place(stage), reply, language="en") or ""
    await stage.app.platform.edit(place(stage), id, reply, language="en")
    seen = await stage.read()
    assert [(len(one.files), len(one.buttons), bool(one.content)) for one in seen] == [(10, 1, True), (2, 0, False)]
    assert id.endswith(str(seen[0].id))


async def test_files_of_one_request_stay_below_its_limit(stage: Stage) -> None:
    stage.fitting.size_bytes = 9 * MEBIBYTE
    await stage.app.platform.post(place(stage), replace(DONE, media=pictures(3)), language="en")
    assert [len(one.files) for one in await stage.read()] == [2, 1]


async def test_a_file_that_is_too_large_here_is_made_smaller_or_linked(stage: Stage) -> None:
    stage.fitting.size_bytes = 11 * MEBIBYTE
    stage.fitting.link = "https://atelier.example/f/abc"
    await stage.app.platform.post(
        place(stage, file_bytes=50 * MEBIBYTE), replace(DONE, media=pictures(1)), language="en"
    )
    (message,) = await stage.read()
    assert stage.fitting.asked == [50 * MEBIBYTE, 10 * MEBIBYTE]  # Discord takes less than it said
    assert (message.files, message.embeds) == ([], [])
    assert message.content.endswith(
        "K7Q2-0.png is too large for this chat; it is here for a while: <https://atelier.example/f/abc>"
    )


@pytest.mark.parametrize(
    ("size", "refusals", "tried", "shown"),
    [
        (9 * MEBIBYTE, 1, [10, 8], [8 * MEBIBYTE]),
        (9 * MEBIBYTE, 2, [10, 8, 4], [4 * MEBIBYTE]),
        (9 * MEBIBYTE, 3, [10, 8, 4, 0], []),
        (MEBIBYTE, 1, [10, 0.25], [MEBIBYTE // 4]),
        (MEBIBYTE // 8, 1, [10, 0], []),
    ],
)
async def test_what_is_refused_for_its_size_goes_smaller_and_smaller(
    stage: Stage, size: int, refusals: int, tried: list[float], shown: list[int]
) -> None:
    stage.fitting.size_bytes, stage.fitting.least_bytes = size, 1
    await stage.served.fault("status", method="POST", path="/channels/*", status=413, code=40005, times=refusals)
    await stage.app.platform.post(place(stage), replace(DONE, media=pictures(1)), language="en")
    (message,) = await stage.read()
    assert [asked / MEBIBYTE for asked in stage.fitting.asked] == tried
    assert [file.size_bytes for file in message.files] == shown


async def test_files_that_are_too_large_together_go_one_by_one(stage: Stage) -> None:
    stage.fitting.size_bytes, stage.fitting.least_bytes = 5 * MEBIBYTE, 1
    await stage.served.fault("status", method="POST", path="/channels/*", status=413, times=1)
    await stage.app.platform.post(place(stage), replace(DONE, media=pictures(2)), language="en")
    assert [[file.size_bytes for file in one.files] for one in await stage.read()] == [[4 * MEBIBYTE], [4 * MEBIBYTE]]


async def test_a_message_without_files_that_is_too_large_is_our_mistake(stage: Stage) -> None:
    await stage.served.fault("status", method="POST", path="/channels/*", status=413, times=1)
    with pytest.raises(errors.Undelivered):
        await stage.app.platform.post(place(stage), DONE, language="en")
    assert len(await stage.served.requests(method="POST", contains="/messages")) == 1


async def test_a_file_without_any_way_is_named_honestly(stage: Stage) -> None:
    stage.fitting.size_bytes = 11 * MEBIBYTE
    await stage.app.platform.post(place(stage), replace(DONE, media=pictures(1)), language="zh")
    (message,) = await stage.read()
    assert "K7Q2-0.png（11 MB）太大" in message.content


# --- a model's words


def answer(words: str, *, growing: bool = False) -> Reply:
    """An answer that grows, or is there."""
    again = Button(action="again", subject="K7Q2", label=text("button.again", price=5))
    receipt = text("receipt.line", used=text("used.own", used=1), left=19, took="4 s", job="K7Q2")
    lines = (text("running.writing"),) if growing else (text("done_for.chat", person="Mia", n=1), receipt)
    file = Attachment(path="results/0-0.txt", name="K7Q2.txt", facts=factories.facts())
    prose = Prose(words=words, files=() if growing else (file,), growing=growing)
    asked = text("asked.line", prompt="why?", model="Qwen")
    kind = "running" if growing else "done"
    return Reply(lines=lines, prose=prose, kind=kind, job="K7Q2", asked=asked, buttons=(again,))


async def test_words_grow_in_one_message_and_end_with_their_receipt(stage: Stage) -> None:
    where, before = await asked(stage)
    id = f"{before.channel_id}:{before.id}"
    for words in ("A **fox**", "A **fox** is small. " + "It runs. " * 400):
        await stage.app.platform.edit(where, id, answer(words, growing=True), language="en")
        (message,) = await stage.read()
        assert message.content.startswith("> why? · Qwen\nA **fox**" if len(words) < 20 else "> why? · Qwen\nIt runs.")
        assert message.content.endswith("\nWriting …")
    for _ in range(2):  # doing it again changes nothing
        await stage.app.platform.edit(where, id, answer("A **fox** @everyone."), language="en")
    (message,) = await stage.read()
    assert message.content == (
        "> why? · Qwen\nMia, here's your answer.\nA **fox** @\u200beveryone.\n1 of your own used, 19 left · 4 s · K7Q2"
    )
    assert (message.pings.users, message.files) == ([], [])


async def test_a_long_answer_is_several_messages_and_a_longer_one_a_file(stage: Stage) -> None:
    await stage.app.platform.post(place(stage), answer("It runs. " * 500), language="en")
    first, *_, last = await stage.read()
    assert all(len(message.content) <= 2000 for message in await stage.read())
    assert (len(await stage.read()), first.buttons, [button.label for button in last.buttons]) == (
        3,
        [],
        ["Again · 5"],
    )
    assert last.content.endswith("It runs.\n1 of your own used, 19 left · 4 s · K7Q2")
    await stage.app.platform.post(place(stage), replace(answer("It runs. " * 5000), job="M2N3"), language="en")
    *_, whole = await stage.read()
    assert len(await stage.read()) == 4
    assert whole.content.endswith(
        "…\nThat's the beginning; all of it is in K7Q2.txt.\n1 of your own used, 19 left · 4 s · K7Q2"
    )
    assert [file.name for file in whole.files] == ["K7Q2.txt"]
