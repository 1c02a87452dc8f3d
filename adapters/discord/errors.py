"""What Discord can refuse, mapped once to our errors.

The codes are those of Discord's page "Opcodes and Status Codes", section JSON.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from enum import StrEnum

import aiohttp
import discord

from bot import errors


class Verdict(StrEnum):
    """What a refusal means for the message that was to be shown."""

    LATER = "later"  # the same may work in a while
    GONE = "gone"  # there is no such message any more, or it is not ours to edit
    SHUT = "shut"  # this place takes no message of ours; another way may
    SPENT = "spent"  # the interaction's token works no more; other ways may
    ANSWERED = "answered"  # the interaction has its answer already
    LARGE = "large"  # a file is too large here
    BROKEN = "broken"  # Discord does not like what we wrote: our mistake


CODES: Mapping[int, Verdict] = {
    10003: Verdict.SHUT,  # unknown channel
    10004: Verdict.SHUT,  # unknown guild
    10008: Verdict.GONE,  # unknown message
    10013: Verdict.SHUT,  # unknown user
    10015: Verdict.SPENT,  # unknown webhook: how a dead interaction token is called
    10062: Verdict.SPENT,  # unknown interaction: answered too late
    20009: Verdict.SHUT,  # explicit content can't be sent to this recipient
    20016: Verdict.LATER,  # slow mode
    20028: Verdict.LATER,  # the channel's write limit
    20029: Verdict.LATER,  # the server's write limit
    30046: Verdict.LATER,  # too many edits of messages older than an hour
    40005: Verdict.LARGE,  # the request is too large
    40060: Verdict.ANSWERED,  # the interaction is acknowledged already
    40094: Verdict.SPENT,  # five follow-ups, where only the person has the app
    50001: Verdict.SHUT,  # missing access
    50005: Verdict.GONE,  # a message of somebody else
    50007: Verdict.SHUT,  # can't write to this user
    50008: Verdict.SHUT,  # no text channel
    50013: Verdict.SHUT,  # missing permissions
    50027: Verdict.SPENT,  # invalid webhook token
    50035: Verdict.BROKEN,  # invalid form body
    50045: Verdict.LARGE,  # a file above its limit
    50083: Verdict.SHUT,  # the thread is archived, and we may not open it
    50278: Verdict.SHUT,  # no server in common with this user
    160005: Verdict.SHUT,  # the thread is locked
    200000: Verdict.SHUT,  # the server's AutoMod
    200001: Verdict.SHUT,  # the server's AutoMod
    240000: Verdict.SHUT,  # the server's filter of links
}
"""Refusals that have a meaning of their own."""

STATUSES: Mapping[int, Verdict] = {
    401: Verdict.LATER,  # our own token: the operator must mend it, and then everything can be posted
    403: Verdict.SHUT,
    404: Verdict.GONE,
    413: Verdict.LARGE,
    429: Verdict.LATER,
}
"""What is left of them; other 4xx are our mistakes, everything else passes."""


def verdict_of(status: int, code: int) -> Verdict:
    """What a refusal with this HTTP status and JSON code means."""
    if code in CODES:
        return CODES[code]
    if status in STATUSES:
        return STATUSES[status]
    return Verdict.BROKEN if 400 <= status < 500 else Verdict.LATER


class Refused(errors.Undelivered):
    """Discord did not do one thing we asked for."""

    def __init__(self, words: str, *, verdict: Verdict, retry_after_s: float | None = None) -> None:
        super().__init__(words, retry_after_s=retry_after_s)
        self.verdict = verdict


@asynccontextmanager
async def mapped(what: str, *, timeout_s: float) -> AsyncIterator[None]:
    """Around every request to Discord: bounded in time, its errors made ours. Raises Refused."""
    try:
        async with asyncio.timeout(timeout_s):
            yield
    except discord.HTTPException as error:
        verdict = verdict_of(error.status, error.code)
        words = f"{what}: {error.status}, code {error.code}"  # not its text: it may repeat what a member wrote
        raise Refused(words, verdict=verdict, retry_after_s=_wish(error)) from error
    except discord.RateLimited as error:
        words = f"{what}: rate limited"
        raise Refused(words, verdict=Verdict.LATER, retry_after_s=error.retry_after) from error
    except discord.InteractionResponded as error:
        raise Refused(f"{what}: answered already", verdict=Verdict.ANSWERED) from error
    except TimeoutError as error:
        raise Refused(f"{what}: no answer within {timeout_s:.0f} s", verdict=Verdict.LATER) from error
    except (aiohttp.ClientError, OSError) as error:
        raise Refused(f"{what}: {type(error).__name__}", verdict=Verdict.LATER) from error


def _wish(error: discord.HTTPException) -> float | None:
    """The wait a 429 asks for, in seconds."""
    if error.status != 429:
        return None
    try:
        return float(error.response.headers["Retry-After"])
    except (KeyError, ValueError):
        return None


def login_failed(error: Exception, *, api_url: str) -> errors.OperatorError:
    """Why we can't log in, for the operator."""
    if isinstance(error, discord.LoginFailure):
        return errors.OperatorError(
            "Discord does not accept DISCORD_TOKEN. Copy the bot's token anew from its page in the developer portal "
            "(Bot → Reset Token)."
        )
    return errors.OperatorError(
        f"Discord can't be reached at {api_url} ({type(error).__name__}). Check this machine's network, or "
        "DISCORD_API_URL where you have set it."
    )


def closed(code: int | None) -> errors.OperatorError:
    """Why the gateway lets us in no more; the codes are of the page "Gateway Close Event Codes"."""
    match code:
        case 4004:
            cure = "It does not accept DISCORD_TOKEN any more: copy the bot's token anew from the developer portal."
        case 4010 | 4011:
            cure = "The bot is in more servers than one connection may serve."
        case 4013 | 4014:
            cure = "It does not grant the intents that were asked for, though Atelier asks for no privileged one."
        case _:
            cure = "Start the bot again; if it stays so, look at https://discordstatus.com."
    return errors.OperatorError(f"Discord closed the connection for good (code {code}). {cure}")
