"""/jobs, its deeds and the buttons: what a member can do with what was made."""

import asyncio

import pytest

from bot import errors
from tests import factories
from tests.desk import Desk, desk
from tests.engine_house import House, house

__all__ = ["desk", "house"]


async def test_a_card_shows_a_job_with_its_receipt_and_buttons(desk: Desk) -> None:
    job = await desk.made("/image a red fox")
    reply = await desk.say(f"/jobs {job.id.lower()}")
    assert desk.lines(reply) == [
        f"{job.id} · picture · NanoBanana2-1K · done",
        "“a red fox”",
        f"5 of your own used, 95 left · {job.id}",
    ]
    assert [(b.action, b.subject) for b in reply.buttons] == [
        ("again", job.id),
        ("receipt", job.id),
        ("show", job.id),
    ]
    assert desk.labels(reply) == ["Again · 5", "Receipt", "Show"]
    assert (reply.media, reply.facts["left_credits"]) == ((), 95)


@pytest.mark.parametrize(
    "line", ["show {}", "/show {}", "/jobs show {}", "/jobs {} show", "查看 {}", "/jobs 查看 {}", "show {}/1"]
)
async def test_show_brings_the_files_back(desk: Desk, line: str) -> None:
    job = await desk.made("/image a red fox")
    reply = await desk.say(line.format(job.id))
    assert [attachment.name for attachment in reply.media] == [f"{job.id}.bin"]
    assert reply.job == job.id


@pytest.mark.parametrize("line", ["receipt {}", "/jobs receipt {}", "收据 {}"])
async def test_a_receipt_says_where_the_credits_went(desk: Desk, line: str) -> None:
    job = await desk.made("/image a red fox")
    assert await desk.read(line.format(job.id)) == [f"5 of your own used, 95 left · {job.id}"]


@pytest.mark.parametrize("line", ["again {}", "/again {}", "again {}.", "/jobs again {}", "再来 {}"])
async def test_again_repeats_a_job(desk: Desk, line: str) -> None:
    job = await desk.made("/image a red fox")
    reply = await desk.say(line.format(job.id))
    assert (reply.kind, reply.facts["left_credits"]) == ("queued", 90)
    assert reply.job is not None
    assert (await desk.house.job(reply.job)).again_of == job.id


async def test_again_asks_when_it_is_dear_and_yes_skips_that(desk: Desk) -> None:
    job = await desk.made("/image a red fox --quality best")
    assert (await desk.press("again", job.id, interactive=True)).kind == "question"
    assert (await desk.say(f"again {job.id} --yes", interactive=True)).kind == "queued"
    assert (await desk.say(f"again {job.id} —yes", interactive=True)).kind == "queued"


async def test_cancelling_what_waits_is_free(house: House) -> None:
    house.limits = house.limits_with(running=1)
    await house.restart()
    house.provider.gate = asyncio.Event()
    desk = Desk(house)
    await desk.say("/image a red fox")  # it holds the one place that there is
    reply = await desk.say("/image a blue fox")
    assert await desk.read(f"cancel {reply.job}") == [f"{reply.job} is cancelled: 5 credits returned, nothing used."]
    house.provider.gate.set()
    await house.settled()
    assert await house.balance() == 95


async def test_cancelling_what_is_being_made_says_what_it_costs(desk: Desk) -> None:
    desk.house.provider.gate = asyncio.Event()
    reply = await desk.say("/image a red fox")
    await desk.house.until(lambda: bool(desk.house.provider.sent))
    cancelled = await desk.press("cancel", str(reply.job))
    desk.house.provider.gate.set()
    await desk.house.settled()
    assert desk.lines(cancelled) == [
        f"{reply.job} is already being made, and no provider takes that back. I'll stop showing it; "
        f"it may still use up to 5 credits, and /jobs show {reply.job} brings up the result."
    ]
    assert cancelled.facts["free"] is False


async def test_a_question_is_answered_once(desk: Desk) -> None:
    question = await desk.say("/image a fox --quality best", interactive=True)
    draft = str(question.facts["draft"])
    assert (await desk.say(f"start {draft}", interactive=True)).kind == "queued"
    assert desk.lines(await desk.press("start", draft)) == [
        "That question has been answered or is too old; please ask for it anew."
    ]


async def test_a_question_may_be_declined(desk: Desk) -> None:
    question = await desk.say("/image a fox --quality best", interactive=True)
    declined = await desk.press("dismiss", str(question.facts["draft"]))
    assert desk.lines(declined) == ["All right, nothing was started or charged."]
    assert await desk.house.balance() == 100


async def test_the_list_names_the_latest_first(desk: Desk) -> None:
    assert await desk.read("/jobs") == ["Nothing here yet. Try /image a red fox in snow."]
    first, second = await desk.made("/image one"), await desk.made("/music two")
    reply = await desk.say("任务")
    assert desk.lines(reply) == [
        f"{second.id} · song · done · “two”",
        f"{first.id} · picture · done · “one”",
        f"/jobs show {second.id} brings one back, /jobs again {second.id} repeats it.",
    ]


async def test_a_job_of_somebody_else_is_not_there(desk: Desk) -> None:
    job = await desk.made("/image a fox")
    ben = factories.person(user="ben", name="Ben")
    assert await desk.read(f"show {job.id}", person=ben) == [f"You have no job {job.id}; /jobs lists yours."]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/jobs K7Q2", "You have no job K7Q2; /jobs lists yours."),
        ("/jobs again", "Which one? Name its job, like /jobs again K7Q2."),
        ("/again", "Which one? Name its job, like again K7Q2."),
        ("again", "Which one? Name its job, like again K7Q2."),
        ("/jobs frobnicate K7Q2", "action can't be “frobnicate”; choose again, other, cancel, receipt, show."),
        ("show must go on", "Please start with a command, like /image a red fox in snow; /help lists them all."),
        ("start ABCD1234", "There is no question ABCD1234 of yours to answer; please ask for it anew."),
        ("/jobs --frob K7Q2", "I don't know --frob; /help image shows how options look, and quotes keep it in your"),
    ],
)
async def test_what_cannot_be_done_is_said(desk: Desk, line: str, words: str) -> None:
    reply = await desk.say(line)
    assert reply.kind == "error"
    assert desk.lines(reply)[0].startswith(words)


async def test_cancelling_what_has_ended_is_refused(desk: Desk) -> None:
    job = await desk.made("/image a fox")
    assert await desk.read(f"cancel {job.id}") == [
        f"{job.id} has already ended, so there is nothing to cancel; /jobs shows what became of it."
    ]


async def test_an_unknown_button_is_answered(desk: Desk) -> None:
    reply = await desk.press("explode", "K7Q2")
    assert desk.lines(reply) == ["I don't know the button “explode”; please use the newest message."]


async def test_a_failed_job_says_so_on_its_card(desk: Desk) -> None:
    desk.house.provider.submits = [errors.Rejected(errors.Reason.CONTENT, "no <foxes>")]
    job = await desk.made("/image a fox")
    reply = await desk.say(f"/jobs {job.id}")
    assert desk.lines(reply) == [
        f"{job.id} · picture · NanoBanana2-1K · failed",
        "“a fox”",
        "Why: The provider declined this. “no <foxes>”",
        f"Of 5 set aside, 0 used, 5 returned; 100 left · {job.id}",
    ]
    assert desk.labels(reply) == ["Again · 5", "Receipt"]
