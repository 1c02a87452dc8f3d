"""Media that came along with a message: which option they are for, where a provider gets them, what is wrong."""

from datetime import timedelta
from typing import Any

import pytest

from bot.commands import Given
from bot.media import MediaKind, MediaTrouble
from tests.desk import Desk, desk, house

__all__ = ["desk", "house"]

CDN = "https://cdn.example.com/fox.png?ex=1"


def given(source: str = "/tmp/fox.png", *, kind: MediaKind = MediaKind.IMAGE, **changes: Any) -> Given:
    """A file that the adapter has put on this machine."""
    return Given(kind=kind, source=source, kept=True, **changes)


async def wired(desk: Desk, line: str, *files: Given) -> dict[str, Any]:
    """What was sent to the provider for it."""
    reply = await desk.say(line, attachments=files, local=False)
    assert reply.job is not None, desk.lines(reply)
    await desk.house.settled()
    return dict(desk.house.provider.sent[-1].body)


@pytest.mark.parametrize(
    ("line", "files", "names"),
    [
        ("/image both", (given("/tmp/b.png", field="image2"), given("/tmp/a.png", field="image")), ["a.png", "b.png"]),
        ("/talk", (given("/tmp/a.png"), given("/tmp/b.mp3", kind=MediaKind.AUDIO, field="audio")), ["a.png", "b.mp3"]),
        ("/image in summer", (given("/tmp/a.png", field="attachment"),), ["a.png"]),
    ],
)
async def test_a_file_goes_where_its_field_says(
    desk: Desk, line: str, files: tuple[Given, ...], names: list[str]
) -> None:
    reply = await desk.say(line, attachments=files, local=False)
    request = (await desk.house.job(str(reply.job))).request
    assert [ref.name.rpartition("/")[2] for refs in request.media.values() for ref in refs] == names


async def test_a_file_for_a_field_that_no_model_takes_is_named(desk: Desk) -> None:
    reply = await desk.say("/video a fox", attachments=(given(field="last"),), local=False)
    error = reply.facts["error"]
    assert isinstance(error, dict)
    assert (error["field"], error["rule"]) == ("last", "not_for")


async def test_ours_is_lent_before_an_address_that_came_along(desk: Desk) -> None:
    body = await wired(desk, "/video it blinks", given(url=CDN))
    assert body["image"] == "http://lent/inputs/_tmp_fox.png"


async def test_an_upload_needs_no_address(desk: Desk) -> None:
    body = await wired(desk, "/image in summer", given(url=CDN))
    assert "image" not in body
    assert [upload.path for upload in desk.house.provider.sent[-1].uploads] == [
        str(desk.house.files.absolute("inputs/_tmp_fox.png"))
    ]


@pytest.mark.parametrize("lives", [None, timedelta(hours=1)])
async def test_an_address_that_came_along_is_handed_on_while_it_lives(desk: Desk, lives: timedelta | None) -> None:
    desk.house.files.lends = False
    until = desk.house.clock.now() + lives if lives else None
    body = await wired(desk, "/video it blinks", given(url=CDN, url_until=until))
    assert body["image"] == CDN


@pytest.mark.parametrize("left", [timedelta(minutes=-1), timedelta(minutes=5)])
async def test_an_address_that_is_about_to_expire_is_not(desk: Desk, left: timedelta) -> None:
    desk.house.files.lends = False
    file = given(url=CDN, url_until=desk.house.clock.now() + left)
    reply = await desk.say("/video it blinks", attachments=(file,), local=False)
    assert (reply.kind, reply.facts["error"]) == ("error", {"key": "error.no_way_to_lend", "what": "image"})
    assert await desk.house.balance() == 100


async def test_a_job_repeated_after_its_address_expired_is_refused_or_lent(desk: Desk) -> None:
    desk.house.files.lends = False
    until = desk.house.clock.now() + timedelta(hours=1)
    reply = await desk.say("/video it blinks", attachments=(given(url=CDN, url_until=until),), local=False)
    await desk.house.settled()
    desk.house.clock.advance(86400)
    again = await desk.press("again", str(reply.job))
    assert again.facts["error"] == {"key": "error.no_way_to_lend", "what": "image"}
    desk.house.files.lends = True
    assert (await desk.press("again", str(reply.job))).kind == "queued"
    await desk.house.settled()
    assert desk.house.provider.sent[-1].body["image"] == "http://lent/inputs/_tmp_fox.png"


async def test_what_the_adapter_could_not_get_is_said_by_name(desk: Desk) -> None:
    file = Given(kind=MediaKind.VIDEO, source="party.mp4", trouble=MediaTrouble.OUT_OF_REACH)
    reply = await desk.say("/edit make it night", attachments=(file,), local=False)
    assert desk.lines(reply) == [
        "“party.mp4” is out of my reach: here, bots are handed files of up to 20 MB only; give a link to it instead."
    ]
    assert desk.lines(reply, "zh") == ["我拿不到“party.mp4”：平台最多只给机器人 20 MB 的文件，请改发链接。"]
