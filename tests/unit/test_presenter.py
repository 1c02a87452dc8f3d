"""The presenter: what the engine tells of a job, as messages on the job's own platform."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot import errors, jobs, ports, requests
from bot.commands import Plain, Presenter, Texts
from bot.jobs import Failure, FailureKind, JobState
from bot.money import Receipt
from bot.replies import Reply
from bot.requests import AccountId, Kind
from storage.store import SqlStore
from tests import factories
from tests.factories import NOON
from tests.fakes import SetClock

TEXTS = Texts(strict=True)


@dataclass
class Wall:
    """A platform that shows everything to the test; `broken` names what it refuses."""

    name: str = "console"
    broken: frozenset[str] = frozenset()
    ids: bool = True  # whether its messages have ids
    found: str | None = None  # a message that an earlier process posted
    seen: list[tuple[str, Reply]] = field(default_factory=list)

    async def post(self, place: requests.Place, reply: Reply, *, language: str) -> str | None:
        if "post" in self.broken:
            raise errors.Undelivered("no posts today")
        self.seen.append(("post", reply))
        return f"m{len(self.seen)}" if self.ids else None

    async def edit(self, place: requests.Place, message: str, reply: Reply, *, language: str) -> None:
        if "edit" in self.broken:
            raise errors.Gone("no edits today")
        self.seen.append((f"edit {message}", reply))

    async def find(self, place: requests.Place, job: str, *, since: datetime) -> str | None:
        return self.found

    def read(self, language: str = "en") -> list[list[str]]:
        markup = Plain(language=language, now=lambda: NOON)
        return [[TEXTS.render(line, language, markup) for line in reply.lines] for _, reply in self.seen]

    def labels(self, language: str = "en") -> list[str]:
        """The buttons of the last message."""
        return [TEXTS.plain(button.label, language) for button in self.seen[-1][1].buttons]

    def ways(self) -> list[str]:
        return [way for way, _ in self.seen]


def presenter(wall: Wall, store: SqlStore | None = None) -> Presenter:
    platforms: Mapping[str, ports.Platform] = {"console": wall}
    return Presenter(platforms, clock=SetClock(NOON + timedelta(seconds=38)), store=store)


def running_job(**changes: Any) -> jobs.Job:
    return factories.job(**{"state": JobState.RUNNING, "price": 5, "message": "m0", **changes})


RECEIPT = Receipt(held=5, used=5, left=15)


async def test_a_result_ends_with_its_receipt() -> None:
    wall = Wall()
    await presenter(wall).result(running_job(), [factories.output()], RECEIPT)
    reply = wall.seen[0][1]
    assert wall.ways() == ["edit m0"]
    assert wall.read() == [["Here's your picture.", "5 of your own used, 15 left · 38 s · K7Q2"]]
    assert wall.read("zh") == [["画好了。", "用了自己的 5，余 15 · 38 秒 · K7Q2"]]
    assert (reply.kind, reply.job) == ("done", "K7Q2")
    assert [(b.action, TEXTS.plain(b.label, "en")) for b in reply.buttons] == [
        ("again", "Again · 5"),
        ("vary", "Vary · 5"),
        ("edit", "Edit · 5"),
        ("animate", "Animate · 36"),
        ("reference", "Use as reference · 5"),
    ]
    assert {name: reply.facts[name] for name in ("job", "used_credits", "left_credits", "took_s")} == {
        "job": "K7Q2",
        "used_credits": 5,
        "left_credits": 15,
        "took_s": 38.0,
    }


async def test_fewer_outputs_than_asked_are_said_beside_the_receipt() -> None:
    wall = Wall()
    request = factories.request(options={"prompt": "a fox", "count": 4})
    outputs = [factories.output(index=n, path=f"results/K7Q2-{n}.png") for n in range(3)]
    await presenter(wall).result(running_job(request=request), outputs, Receipt(held=20, used=15, left=85))
    assert wall.read() == [
        [
            "Here are your 3 pictures.",
            "3 of 4 arrived; the rest costs nothing.",
            "15 of your own used, 5 returned, 85 left · 38 s · K7Q2",
        ]
    ]
    assert [a.name for a in wall.seen[0][1].media] == ["K7Q2.png", "K7Q2-2.png", "K7Q2-3.png"]


@pytest.mark.parametrize(
    ("kind", "count", "english", "chinese"),
    [
        (Kind.IMAGE, 1, "Anna, here's your picture.", "Anna，图片画好了。"),
        (Kind.IMAGE, 4, "Anna, here are your 4 pictures.", "Anna，4 张图片画好了。"),
        (Kind.VIDEO, 1, "Anna, here's your clip.", "Anna，视频做好了。"),
        (Kind.MUSIC, 1, "Anna, here's your song.", "Anna，歌写好了。"),
        (Kind.SPEECH, 1, "Anna, here it is, read aloud.", "Anna，朗读录好了。"),
        (Kind.AVATAR, 1, "Anna, here's your talking picture.", "Anna，照片开口说话了。"),
    ],
)
async def test_in_a_community_the_result_names_who_asked_and_what_for(
    kind: Kind, count: int, english: str, chinese: str
) -> None:
    wall = Wall()
    job = running_job(place=factories.place(community="pixel-club"), request=factories.request(kind=kind))
    await presenter(wall).result(job, [factories.output(index=n) for n in range(count)], RECEIPT)
    assert (wall.read()[0][0], wall.read("zh")[0][0]) == (english, chinese)


@pytest.mark.parametrize("kind", list(FailureKind))
async def test_a_failure_says_why_and_that_nothing_was_charged(kind: FailureKind) -> None:
    wall = Wall()
    failure = Failure(kind=kind, words="content_policy")
    await presenter(wall).failed(running_job(failure=failure), Receipt(held=5, used=0, left=20))
    line, words = wall.read()[0]
    assert "Not charged: 5 credits returned, 20 left." in line
    assert line.endswith("K7Q2")
    assert words == "Its own words: “content_policy”"
    assert "没有扣费：已退回 5 积分，余 20。" in wall.read("zh")[0][0]
    assert wall.seen[0][1].facts["used_credits"] == 0


async def test_progress_is_shown_as_the_provider_says_it() -> None:
    wall = Wall()
    await presenter(wall).running(running_job(), ready_at=NOON + timedelta(seconds=50))
    await presenter(wall).running(running_job(progress=60), ready_at=None)
    assert wall.read() == [["Painting … · ready in 50 seconds"], ["Painting ▰▰▰▱▱ 60 %"]]
    assert wall.read("zh") == [["正在绘制…… · 预计 50 秒后完成"], ["正在绘制 ▰▰▰▱▱ 60%"]]
    assert TEXTS.plain(wall.seen[0][1].buttons[0].label, "en") == "Stop showing it · still up to 5"


async def test_a_moment_that_is_past_is_promised_no_more() -> None:
    wall = Wall()
    for ready_at in (NOON + timedelta(seconds=38), NOON + timedelta(seconds=20)):  # it is 38 s past noon
        await presenter(wall).running(running_job(), ready_at=ready_at)
    await presenter(wall).running(running_job(progress=60), ready_at=NOON)
    plain, bar = "Painting … · taking longer than usual", "Painting ▰▰▰▱▱ 60 % · taking longer than usual"
    assert wall.read() == [[plain], [plain], [bar]]
    assert wall.read("zh")[1:] == [["正在绘制…… · 比平常慢一些"], ["正在绘制 ▰▰▰▱▱ 60% · 比平常慢一些"]]


async def test_a_crowded_provider_is_said_with_what_is_set_aside() -> None:
    wall = Wall()
    await presenter(wall).busy(running_job(), retry_at=NOON + timedelta(seconds=30), crowded=True)
    assert wall.read() == [
        [
            "Nano Banana 2 · 1K is crowded. I'll retry in 30 seconds and keep your place. "
            "5 credits set aside, none spent."
        ]
    ]


async def test_while_nothing_was_sent_a_crowded_job_is_cancelled_for_free() -> None:
    wall = Wall()
    talk = factories.request(
        kind="avatar", model="kling-avatar-v2-pro", operation="image-and-text", options={"prompt": "Hello!"}
    )
    for request in (factories.request(), talk):
        await presenter(wall).busy(running_job(request=request, message=None), retry_at=NOON, crowded=True)
    labels = [TEXTS.plain(reply.buttons[0].label, "en") for _, reply, *_ in wall.seen]
    assert labels == ["Cancel, free", "Stop showing it · still up to 5"]


async def test_a_late_result_is_a_new_message_and_free() -> None:
    wall = Wall()
    await presenter(wall).late(running_job(), [factories.output()])
    assert (wall.ways(), wall.read()) == (["post"], [["Found it after all. This one's free. K7Q2"]])


async def test_a_message_that_cannot_be_edited_is_posted() -> None:
    wall = Wall(broken=frozenset({"edit"}))
    await presenter(wall).result(running_job(), [factories.output()], RECEIPT)
    assert wall.ways() == ["post"]


async def test_what_must_arrive_says_when_it_did_not() -> None:
    telling = presenter(Wall(broken=frozenset({"edit", "post"})))
    with pytest.raises(errors.Undelivered):
        await telling.result(running_job(), [factories.output()], RECEIPT)
    with pytest.raises(errors.Undelivered):
        await telling.failed(running_job(failure=Failure(kind=FailureKind.OURS)), RECEIPT)
    with pytest.raises(errors.Undelivered):
        await telling.late(running_job(), [factories.output()])
    await telling.running(running_job(), ready_at=None)
    await telling.busy(running_job(), retry_at=NOON, crowded=True)


async def test_a_platform_that_is_not_connected_takes_nothing() -> None:
    elsewhere = running_job(place=factories.place(platform="discord"))
    with pytest.raises(errors.Undelivered, match="discord is not connected"):
        await presenter(Wall()).result(elsewhere, [factories.output()], RECEIPT)
    await presenter(Wall()).running(elsewhere, ready_at=None)


async def test_a_job_without_a_known_message_gets_one_and_keeps_it() -> None:
    wall, job = Wall(), running_job(message=None)
    telling = presenter(wall)
    await telling.running(job, ready_at=None)
    await telling.running(replace(job, progress=50), ready_at=None)
    await telling.result(job, [factories.output()], RECEIPT)
    assert wall.ways() == ["post", "edit m1", "edit m1"]


async def test_a_place_without_message_ids_gets_every_message() -> None:
    wall = Wall(ids=False)
    telling = presenter(wall)
    await telling.running(running_job(message=None), ready_at=None)
    await telling.result(running_job(message=None), [factories.output()], RECEIPT)
    assert wall.ways() == ["post", "post"]


async def test_what_a_member_does_not_want_to_see_is_not_shown() -> None:
    wall, job = Wall(), running_job(hidden_at=NOON)
    telling = presenter(wall)
    await telling.running(job, ready_at=None)
    await telling.result(job, [factories.output()], RECEIPT)
    await telling.late(job, [factories.output()])
    assert wall.seen == []


async def test_what_an_earlier_process_posted_is_found_and_edited() -> None:
    wall, job = Wall(found="m7"), running_job(message=None)
    telling = presenter(wall)
    await telling.running(job, ready_at=None)
    wall.found = None
    await telling.result(job, [factories.output()], RECEIPT)
    assert wall.ways() == ["edit m7", "edit m7"]


@pytest.mark.parametrize(("shown", "ways"), [("m0", []), ("m9", ["edit m0"]), (None, ["edit m0"])])
async def test_a_cancelled_job_says_so_itself_unless_it_did(
    store: SqlStore, shown: str | None, ways: list[str]
) -> None:
    wall, job = Wall(), await accepted(store)
    await presenter(wall, store).cancelled(job.id, Reply(lines=(), kind="cancelled", job=job.id), shown=shown)
    assert wall.ways() == ways


async def test_of_a_cancelled_job_nothing_more_is_said(store: SqlStore) -> None:
    wall, job = Wall(), await accepted(store)
    telling = presenter(wall, store)
    async with store.transaction() as rows:
        await rows.jobs.note(job.id, hidden_at=NOON)
    await telling.still(job.id)
    await telling.running(job, ready_at=None)  # as it was read before
    await telling.result(job, [factories.output()], RECEIPT)
    assert wall.seen == []


async def accepted(store: SqlStore) -> jobs.Job:
    """A job that has its message."""
    await factories.member(store, AccountId("acc_anna"), credits=20)
    job = await factories.accepted(store, factories.job(price=5))
    async with store.transaction() as rows:
        await rows.jobs.note(job.id, message="m0")
    return job
