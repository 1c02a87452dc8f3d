"""Places that close, move and open again on Telegram, people side by side, and how the bot is set up there."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.jobs import JobState
from tests import media_files
from tests.acceptance import chat_house, telegram_house
from tests.acceptance.telegram_house import Stage
from tests.telegram_server import remote

pytestmark = pytest.mark.asyncio(loop_scope="module")

SLOW = "/video {} --model grok-imagine --duration 2 --resolution 480p"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot whose clips take two seconds; each test has people of its own."""
    async with telegram_house.opened(tmp_path_factory.mktemp("places"), speed=25) as opened:
        await opened.start()
        yield opened
        opened.house.check_log()


async def _done(stage: Stage, words: str) -> None:
    """Wait until the only job with these words is done and told of."""
    await stage.quiet()
    job = await stage.house.job(words)
    assert job is not None
    assert (job.state, job.told_at is not None) == (JobState.DONE, True)
    await stage.house.check_books()


async def test_blocked_during_a_job(stage: Stage) -> None:
    mia = await stage.person()
    begun = await stage.answer(mia, await stage.say(mia, SLOW.format("blocked")))
    await stage.act("block", user_id=mia)
    await _done(stage, "blocked")
    await stage.act("unblock", user_id=mia)
    assert [m["message_id"] for m in await stage.messages(mia)] == [begun["message_id"]]
    asked = await stage.say(mia, "/jobs")
    listed = await stage.answer(mia, asked)
    assert "clip · done · “blocked”" in listed["text"]
    shown = await stage.say(mia, f"show {listed['text'][:4]}")
    assert (await stage.seen(mia, lambda found: [m for m in found if m["media"]], after=shown))[0]["kind"] == "video"


async def test_kicked_during_a_job(stage: Stage) -> None:
    """The result goes to whoever asked, directly."""
    mia, ben = await stage.person(), await stage.person("Ben")
    club = await stage.group(mia, ben)
    await stage.answer(club, await stage.say(ben, SLOW.format("kicked"), chat=club))
    await stage.act("kick", chat_id=club, user_id=mia)
    await _done(stage, "kicked")
    (result,) = await stage.messages(ben)
    assert (result["kind"], telegram_house.receipt(result) is not None) == ("video", True)


async def test_topic_closed_during_a_job(stage: Stage) -> None:
    """Editing what stands there works as before or the result comes elsewhere; it comes once."""
    mia = await stage.person()
    club = await stage.group(mia, forum=True)
    topic = (await stage.act("topic", chat_id=club, user_id=mia, name="Art"))["id"]
    await stage.answer(club, await stage.say(mia, SLOW.format("closed"), chat=club, topic=topic))
    await stage.act("close_topic", chat_id=club, topic_id=topic)
    await _done(stage, "closed")
    kinds = [m["kind"] for m in [*await stage.messages(club), *await stage.messages(mia)]]
    assert kinds.count("video") == 1


async def test_topic_deleted_during_a_job(stage: Stage) -> None:
    mia = await stage.person()
    club = await stage.group(mia, forum=True)
    topic = (await stage.act("topic", chat_id=club, user_id=mia, name="Art"))["id"]
    await stage.answer(club, await stage.say(mia, SLOW.format("deleted"), chat=club, topic=topic))
    await stage.act("delete_topic", chat_id=club, topic_id=topic)
    await _done(stage, "deleted")
    (result,) = await stage.messages(club)
    assert (result["kind"], result["topic"]) == ("video", None)
    assert result["text"].startswith("Mia, here's your clip.")


@pytest.mark.parametrize("killed", [False, True])
async def test_group_becomes_a_supergroup_during_a_job(stage: Stage, killed: bool) -> None:
    """Its pool and the running job follow, also when the bot wasn't there to see it."""
    mia, words = await stage.person(), f"migrated {killed}"
    old = (await stage.act("group", title="Pixel Club", creator_id=mia))["id"]
    await stage.answer(old, await stage.say(mia, SLOW.format(words), chat=old))
    if killed:
        await stage.house.true(lambda: stage.house.followed(words))  # a kill while it is sent is tried elsewhere
        await stage.house.kill()
    new = (await stage.act("migrate", chat_id=old))["id"]
    if killed:
        await stage.start()
    await _done(stage, words)
    (result,) = [m for m in await stage.messages(new) if m["media"]]
    assert result["kind"] == "video"
    await stage.say(mia, "/credits", chat=new)
    told = await stage.seen(mia, lambda found: next((m for m in found if "pool" in m["text"]), None))
    assert told["text"].startswith("9,992 credits left")
    async with stage.house.reading() as rows:
        assert await rows.communities.of("telegram", str(old)) is None
        assert await rows.communities.of("telegram", str(new)) is not None


async def test_one_members_lines_are_answered_in_their_order(stage: Stage, tmp_path: Path) -> None:
    """And a slow download of one doesn't hold up another."""
    mia, ben = await stage.person(), await stage.person("Ben")
    club = await stage.group(mia, ben)
    picture = media_files.image(tmp_path / "a.png").read_bytes()
    await stage.act("fault", method="download", hang_s=3.0)
    slow = await stage.send(mia, "photo", picture, chat=club, caption="/edit slowly")
    after = await stage.say(mia, "/image right after", chat=club)
    quick = await stage.say(ben, "/image quick", chat=club)

    def first(found: list[telegram_house.Message]) -> Any:
        return [m["reply_to"] for m in found] if found else None

    assert await stage.seen(club, first) == [quick]
    await stage.quiet()
    assert [m["reply_to"] for m in await stage.messages(club)] == [quick, slow, after]


# --- how it is set up


async def test_token_in_env_file_starts_it_beside_the_console(tmp_path: Path) -> None:
    async with remote.started() as telegram, chat_house.opened(tmp_path, {"CONSOLE": "yes"}) as house:
        env = f"TELEGRAM_TOKEN={telegram.token}\nTELEGRAM_API_URL={telegram.url}\n"
        (tmp_path / ".env").write_text(env)
        await house.start(ready=telegram_house.READY)
        assert house.process is not None
        assert house.process.stdin is not None
        stage = Stage(telegram=telegram, house=house)
        mia = await stage.person()
        asked = await stage.say(mia, "/image on Telegram")
        house.process.stdin.write(b"/image on the console\n")
        await stage.result(mia, asked)
        await house.until(lambda: "Here's your picture." in house.out)
        await stage.say(mia, "/jobs")
        listed = await stage.answer(mia, asked + 1, "·")
        assert "on the console" not in listed["text"]
        house.process.stdin.close()  # the console's input ends, and the rest goes on
        asked = await stage.say(mia, "/image afterwards")
        await stage.result(mia, asked)
        assert await house.stop() == 0
        house.check_log()


async def test_bad_token_is_named_and_not_shown(tmp_path: Path) -> None:
    token = "4242424242:AAwrongwrongwrongwrongwrongwrongwro"
    async with remote.started() as telegram:
        settings = {"TELEGRAM_TOKEN": token, "TELEGRAM_API_URL": telegram.url}
        async with chat_house.opened(tmp_path, settings, embedded=True) as house:
            await house.start()
            assert await house.ended() != 0
            assert "TELEGRAM_TOKEN" in house.log
            assert token not in house.log + house.out
            house.check_log()


async def test_nobody_at_the_other_end(tmp_path: Path) -> None:
    settings = {
        "TELEGRAM_TOKEN": "4242424242:AAwrong_wrong_wrong_wrong_wrong",
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
    }
    async with chat_house.opened(tmp_path, settings, embedded=True) as house:
        await house.start()
        assert await house.ended() != 0
        assert "Telegram can't be reached at http://127.0.0.1:9" in house.log
        assert "AAwrong" not in house.log
        house.check_log()


async def test_webhook_without_an_address_is_refused(tmp_path: Path) -> None:
    settings = {"TELEGRAM_TOKEN": "4242424242:AAx", "TELEGRAM_WEBHOOK": "true"}
    async with chat_house.opened(tmp_path, settings, embedded=True) as house:
        await house.start()
        assert await house.ended() != 0
        assert "TELEGRAM_WEBHOOK=true needs PUBLIC_URL" in house.log
        house.check_log()


async def test_no_secret_is_in_any_file(stage: Stage) -> None:
    """The bot's token is written nowhere, by everything that was tried here."""
    mia = await stage.person()
    await stage.result(mia, await stage.say(mia, "/image kept"))
    await stage.quiet()

    def found() -> list[str]:
        secret = stage.telegram.token.encode()
        paths = [Path(at, name) for at, _, names in os.walk(stage.house.folder) for name in names]
        return [str(path) for path in paths if secret in path.read_bytes()]

    assert await asyncio.to_thread(found) == []
