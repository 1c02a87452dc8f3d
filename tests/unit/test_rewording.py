"""Words that a provider declined are changed, and the request made anew: on every platform, also after a restart."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot import errors, requests
from bot.errors import Reason
from bot.jobs import Failure, FailureKind, Job
from bot.money import Receipt
from bot.requests import Json, Kind
from tests import discord_desk, factories, telegram_stage
from tests.desk import Desk, desk
from tests.engine_house import House, house
from tests.telegram_stage import MIA
from tests.unit.test_presenter import Wall, presenter, running_job

__all__ = ["desk", "house"]

DUEL = errors.Rejected(Reason.CONTENT, "no blood")


async def declined(desk: Desk, line: str) -> Job:
    """A job whose words the provider did not like."""
    desk.house.provider.submits = [DUEL, "task"]
    job = await desk.made(line)
    assert job.failure == Failure(kind=FailureKind.CONTENT, words="no blood")
    return job


async def made_of(desk: Desk, line: str) -> requests.Request:
    reply = await desk.say(line)
    assert reply.job is not None, desk.lines(reply)
    await desk.house.settled()
    return (await desk.house.job(reply.job)).request


# --- what is offered ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "line", "label", "chinese"),
    [
        ({}, "Try other words?", "Edit prompt · 5", ("换个说法试试？", "换个说法 · 5")),
        (
            {"kind": Kind.AVATAR, "model": "kling-avatar-v2-pro", "operation": "image-and-audio", "options": {}},
            "Try it with another file?",
            "Try again · 5",
            ("换个文件试试？", "再试一次 · 5"),
        ),
    ],
)
async def test_declined_words_are_offered_to_be_changed(
    changes: dict[str, Any], line: str, label: str, chinese: tuple[str, str]
) -> None:
    wall = Wall()
    job = running_job(request=factories.request(**changes), failure=Failure(kind=FailureKind.CONTENT))
    await presenter(wall).failed(job, Receipt(held=5, used=0, left=20))
    assert (line in wall.read()[0][0], chinese[0] in wall.read("zh")[0][0]) == (True, True)
    assert (wall.labels(), wall.labels("zh")) == ([label], [chinese[1]])


async def test_the_old_words_are_shown_with_the_question(desk: Desk) -> None:
    job = await declined(desk, "/image a bloody duel --ratio 16:9")
    for reply in (await desk.press("reword", job.id), await desk.say(f"reword {job.id.lower()}")):
        assert (reply.kind, reply.asks, reply.private, reply.job) == ("ask", f"reword {job.id}", True, None)
        assert desk.lines(reply) == ["What should I ask for instead?", "“a bloody duel”"]
        assert desk.lines(reply, "zh") == ["换成什么说法？", "“a bloody duel”"]


# --- what is made ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "said", "model", "options"),
    [
        (
            "/image a duel --ratio 16:9 --format png",
            "reword {} two knights dance",
            "NanoBanana2-1K",
            {"prompt": "two knights dance", "ratio": "16:9", "format": "png"},
        ),
        (
            "/image a duel --model gpt-image-2 --quality high",
            "改词 {} 两位骑士跳舞",
            "gpt-image-2",
            {"prompt": "两位骑士跳舞", "quality": "high", "ratio": "1:1", "resolution": "1k"},
        ),
        (
            "/image a duel --ratio 16:9",
            "reword {} two knights dance --ratio 1:1 --quality quick",
            "NanoBanana2-0.5K",
            {"prompt": "two knights dance", "ratio": "1:1"},
        ),
        (
            "/speech a duel --voice Wise_Woman --speed 0.9",
            "reword {} a dance",
            "minimax-speech-2.8-hd",
            {"prompt": "a dance", "voice": "Wise_Woman", "speed": 0.9},
        ),
    ],
)
async def test_the_request_is_made_anew_with_other_words(
    desk: Desk, line: str, said: str, model: str, options: Mapping[str, Json]
) -> None:
    job = await declined(desk, line)
    request = await made_of(desk, said.format(job.id))
    assert (request.kind, request.model, request.operation) == (job.request.kind, model, job.request.operation)
    assert request.options == options


async def test_the_same_pictures_and_clips_go_along(desk: Desk) -> None:
    for line in ("/image a duel --image fox.png", "/video a duel --image fox.png --duration 3", "/edit fox.mp4 a duel"):
        job = await declined(desk, line)
        request = await made_of(desk, f"reword {job.id} a dance")
        assert (request.operation, request.media) == (job.request.operation, job.request.media)
        assert request.options == {**job.request.options, "prompt": "a dance"}


async def test_new_words_are_asked_about_where_they_are_dear(desk: Desk) -> None:
    job = await declined(desk, "/video a duel")
    reply = await desk.press("reword", job.id, "a dance", interactive=True)
    assert (reply.kind, desk.labels(reply)[0]) == ("question", "Start · 36")


async def test_what_has_no_words_says_so(desk: Desk) -> None:
    job = await declined(desk, "/talk --image face.png --audio voice.mp3")
    for reply in (await desk.press("reword", job.id), await desk.press("reword", job.id, "a dance")):
        assert desk.lines(reply) == [f"{job.id} was asked for without words, so there are none to change."]
        assert desk.lines(reply, "zh") == [f"{job.id} 没有文字描述，没有可以改的。"]


async def test_a_form_for_nobody_s_job_says_so(desk: Desk) -> None:
    assert (await desk.press("reword", "9999", "a dance")).facts["error"] == {"key": "error.no_such_job", "job": "9999"}


# --- on the platforms, after a restart ---------------------------------------------------------------------------


async def test_on_telegram_the_answer_to_the_question_is_made(house: House, tmp_path: Path) -> None:
    async with telegram_stage.opened(house, tmp_path) as stage:
        await stage.start()
        house.provider.submits = [DUEL, "task"]
        stage.say("/image a bloody duel --ratio 16:9")
        failed = await stage.shown("Try other words?")
        await stage.idle()
        ((button,),) = failed["buttons"]
        assert button["text"] == "Edit prompt · 5"
        await stage.stop()
        await stage.start()
        stage.served.press(user_id=MIA, chat_id=MIA, message_id=failed["message_id"], data=button["callback_data"])
        question = await stage.shown("What should I ask for instead?")
        assert "a bloody duel" in question["text"]
        await stage.stop()
        await stage.start()
        stage.say("two knights *dance*", reply_to=question["message_id"])
        await stage.shown("Here's your picture.")
        await stage.idle()
        (request,) = [job.request for job in await stage.jobs() if job.failure is None]
        assert request.options == {"prompt": "two knights *dance*", "ratio": "16:9"}


async def test_on_discord_a_form_asks_for_the_words(house: House, tmp_path: Path) -> None:
    async with discord_desk.opened(house, tmp_path) as desk:
        stage = desk.stage
        house.provider.submits = [DUEL, "task"]
        await stage.shown(await stage.slash("image", {"prompt": "a bloody duel", "ratio": "16:9"}))
        job = await desk.job()
        (failed,) = await stage.read()
        assert [(each.label, each.custom_id) for each in failed.buttons] == [("Edit prompt · 5", f"reword:{job.id}")]
        await desk.restart()
        pressed = await stage.served.press(stage.scene.mia, failed.id, f"reword:{job.id}")
        modal = (await stage.served.answered(pressed)).modal
        assert modal is not None
        assert modal["title"] == "Edit prompt · 5"
        await desk.restart()
        await stage.shown(await stage.served.submit_modal(stage.scene.mia, pressed, {"words": "two knights *dance*"}))
        await house.settled()
        async with house.store.reading() as rows:
            (again,) = [each for each in await rows.jobs.of(job.account, limit=10) if each.id != job.id]
        assert again.request.options == {"prompt": "two knights *dance*", "ratio": "16:9"}
