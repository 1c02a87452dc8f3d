"""What Discord refuses, as our errors: every code, every status, and what is no answer at all."""

import asyncio

import aiohttp
import discord
import pytest

from adapters.discord import errors, intake
from adapters.discord.errors import CODES, STATUSES, Refused, Verdict

VERDICTS = {
    Verdict.LATER: {20016, 20028, 20029, 30046},
    Verdict.GONE: {10008, 50005},
    Verdict.SHUT: {
        *(10003, 10004, 10013, 20009, 50001, 50007, 50008, 50013, 50083, 50278),
        *(160005, 200000, 200001, 240000),
    },
    Verdict.SPENT: {10015, 10062, 40094, 50027},
    Verdict.ANSWERED: {40060},
    Verdict.LARGE: {40005, 50045},
    Verdict.BROKEN: {50035},
}


class Answer:
    """As much of an HTTP answer as the library's error looks at."""

    def __init__(self, status: int, headers: dict[str, str] | None = None) -> None:
        self.status = status
        self.reason = ""
        self.headers = headers or {}


def refusal(status: int, code: int = 0, headers: dict[str, str] | None = None) -> discord.HTTPException:
    """What the library raises."""
    body = {"code": code, "message": "the member's own words"}
    return discord.HTTPException(Answer(status, headers), body)


async def mapped(error: BaseException) -> Refused:
    """What becomes of it."""
    with pytest.raises(Refused) as raised:
        async with errors.mapped("a message", timeout_s=5):
            raise error
    return raised.value


def test_every_code_has_its_meaning() -> None:
    assert {verdict: {code for code, meant in CODES.items() if meant is verdict} for verdict in Verdict} == VERDICTS


@pytest.mark.parametrize(("code", "verdict"), CODES.items())
async def test_a_code_counts_more_than_its_status(code: int, verdict: Verdict) -> None:
    for status in (400, 401, 403, 404, 429, 500):
        assert (await mapped(refusal(status, code))).verdict is verdict


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (400, Verdict.BROKEN),
        (401, Verdict.LATER),
        (403, Verdict.SHUT),
        (404, Verdict.GONE),
        (405, Verdict.BROKEN),
        (413, Verdict.LARGE),
        (429, Verdict.LATER),
        (500, Verdict.LATER),
        (502, Verdict.LATER),
        (503, Verdict.LATER),
        (504, Verdict.LATER),
        (524, Verdict.LATER),
    ],
)
async def test_a_status_without_a_code_we_know(status: int, verdict: Verdict) -> None:
    assert (await mapped(refusal(status))).verdict is verdict
    assert set(STATUSES) <= {400, 401, 403, 404, 405, 413, 429}


async def test_a_429_says_how_long() -> None:
    waits = [
        (await mapped(refusal(429, headers={"Retry-After": "12.5"}))).retry_after_s,
        (await mapped(refusal(429))).retry_after_s,
        (await mapped(discord.RateLimited(31.0))).retry_after_s,
    ]
    assert waits == [12.5, None, 31.0]


@pytest.mark.parametrize(
    "error", [aiohttp.ServerDisconnectedError(), aiohttp.ClientPayloadError(), ConnectionResetError(), TimeoutError()]
)
async def test_what_is_no_answer_may_be_tried_again(error: Exception) -> None:
    assert (await mapped(error)).verdict is Verdict.LATER


async def test_every_request_is_bounded() -> None:
    with pytest.raises(Refused) as raised:
        async with errors.mapped("a message", timeout_s=0.01):
            await asyncio.Event().wait()
    assert raised.value.verdict is Verdict.LATER


async def test_members_words_are_in_no_error() -> None:
    assert "own words" not in str(await mapped(refusal(400, 50035)))


@pytest.mark.parametrize("code", [None, 1006, 4004, 4010, 4011, 4013, 4014, 4099])
def test_every_close_has_its_cure(code: int | None) -> None:
    assert str(errors.closed(code)).count(". ") + str(errors.closed(code)).count(": ") >= 1
    assert str(code) in str(errors.closed(code))


@pytest.mark.parametrize(
    ("url", "until"),
    [
        ("https://cdn.discordapp.com/attachments/1/2/a.png?ex=65f0c000&is=1&hm=2", "2024-03-12T20:50:08+00:00"),
        ("https://cdn.discordapp.com/attachments/1/2/a.png", None),
        ("https://cdn.discordapp.com/attachments/1/2/a.png?ex=zz", None),
    ],
)
def test_a_signed_link_says_when_it_runs_out(url: str, until: str | None) -> None:
    found = intake.until(url)
    assert (found.isoformat() if found else None) == until
