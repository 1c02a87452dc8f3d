"""The bot as a process on a played Discord, and what people there do and see."""

import asyncio
import contextlib
import itertools
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.jobs import CallState, Job
from tests.acceptance import chat_house
from tests.acceptance.chat_house import ChatHouse
from tests.discord_server import remote
from tests.discord_server.remote import Remote

TOKEN = "MTEw.played.token-of-the-bot"
PICTURE = ("Again · 5", "Vary · 5", "Edit · 5", "Animate · 36", "Use as reference · 5")  # buttons of a result
LOOK_S = 0.02
TOOK = re.compile(r"\b(\d+ min )?\d+ s\b")
READY = re.compile(r"(, | · )ready <t:\d+:R>")  # said once jobs have shown how long they take
JOB = re.compile(r"`[A-Z0-9]{4,6}`")
ASKED = re.compile(r"\A> .+ · .+")  # what was asked for; every trial has words of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message as a person sees it: job ids and times, which nobody knows before, are left out."""

    content: str
    files: tuple[str, ...] = ()  # their types
    buttons: tuple[str, ...] = ()
    private: bool = False
    pings: tuple[str, ...] = ()  # who was notified when it came
    under: bool = False  # it answers another message


@dataclass(slots=True, kw_only=True)
class Scene:
    """A guild with one channel and Mia in it, whose pool of credits is full."""

    door: Remote
    house: ChatHouse
    guild: int
    channel: int
    mia: int
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    async def asks(self, prompt: str, *, name: str = "image", channel: int | None = None, **options: Any) -> int:
        """Mia types a command, which is answered; the interaction."""
        how = {key: options.pop(key) for key in ("size_limit", "user_installed", "locale") if key in options}
        where = channel or self.channel
        said = {"prompt": prompt, **options}
        asked: int = await self.door("slash", user=self.mia, channel=where, name=name, options=said, **how)
        return asked

    async def answered(self, interaction: int) -> Mapping[str, Any]:
        """The first answer, in time."""
        seen: Mapping[str, Any] = await self.door("answered", interaction=interaction)
        assert seen["answered_after_s"] < 3
        return seen

    async def presses(self, message: int, label: str) -> int:
        """Mia taps a button."""
        pressed: int = await self.door("press", user=self.mia, message=message, label=label)
        return pressed

    async def job(self, prompt: str, *, timeout_s: float = 20.0) -> Job:
        """The one job with these words, when it has ended and its result is where it stays."""

        async def ended() -> Job | None:
            found = await self.house.job(prompt)
            return found if found is not None and found.state.ended else None

        job: Job = await self.house.true(ended, timeout_s=timeout_s)
        return job

    async def read(self, channel: int | None = None) -> list[Shown]:
        """What Mia sees in a place, oldest first."""
        found = await self.messages(channel)
        return [self.shown(one) for one in found if one["author_id"] != self.mia]

    async def messages(self, channel: int | None = None) -> list[dict[str, Any]]:
        """The same, with ids and everything."""
        found: list[dict[str, Any]] = await self.door("messages", channel=channel or self.channel, as_user=self.mia)
        return found

    async def direct(self) -> list[Shown]:
        """What the bot wrote to Mia alone."""
        return await self.read(await self.door("dm", user=self.mia))

    def shown(self, seen: Mapping[str, Any]) -> Shown:
        """A message without what nobody knows before."""
        words = JOB.sub("`JOB`", TOOK.sub("N s", READY.sub("", ASKED.sub("> ASKED", seen["content"]))))
        pings = seen["pings"]
        return Shown(
            content=words.replace(f"<@{self.mia}>", "@Mia"),
            files=tuple(one["content_type"] for one in seen["files"]),
            buttons=tuple(one["label"] for one in seen["buttons"]),
            private=seen["ephemeral"],
            pings=tuple(
                "Mia" if one == self.mia else str(one)
                for one in [*pings["users"], *pings["roles"], *(["everyone"] if pings["everyone"] else [])]
            ),
            under=seen["reference"] is not None,
        )

    async def until(self, condition: Callable[[], Awaitable[Any]], *, timeout_s: float = 10.0) -> Any:
        """Wait for something on the played Discord, and give it."""
        return await self.house.true(condition, timeout_s=timeout_s)

    async def met(self, fault: str, times: int = 1) -> None:
        """Wait until a planned fault has struck so often."""

        async def struck() -> bool:
            return len([one for one in await self.door("requests") if one["scripted"] == fault]) >= times

        await self.until(struck)

    async def submitted(self, prompt: str) -> None:
        """Wait until the provider has these words."""
        provider = self.house.provider
        assert provider is not None
        await self.house.until(lambda: prompt in provider.prompts())

    async def taken(self, prompt: str) -> None:
        """Wait until the bot knows the provider's task for these words."""

        async def known() -> bool:
            job = await self.house.job(prompt)
            async with self.house.reading() as rows:
                calls = await rows.jobs.calls(job.id) if job is not None else []
            return any(call.state is CallState.RUNNING for call in calls)

        await self.until(known)

    async def held(self, prompt: str, *, seconds: float = 1.0, channel: int | None = None, **options: Any) -> int:
        """Mia asks for what the provider takes so long to make; the interaction, once that has begun."""
        provider = self.house.provider
        assert provider is not None
        await provider.fault("timeout", delay_s=seconds, match={"method": "POST"})
        asked = await self.asks(prompt, channel=channel, **options)
        await self.submitted(prompt)
        return asked

    async def credits(self) -> int:
        """What Mia has left, as she is told."""
        asked: int = await self.door("slash", user=self.mia, channel=self.channel, name="credits", options={})
        await self.answered(asked)
        message = (await self.door("interaction", interaction=asked))["original_id"]
        words: str = (await self.door("message", message=message))["content"]
        return int(words.split(" ")[0].strip("*").replace(",", ""))

    async def elsewhere(self) -> "Scene":
        """The same bot in another guild, with another Mia."""
        mia = await self.door("user", name="Mia")
        guild = await self.door("guild", members=[mia])
        return replace(self, guild=guild, channel=await self.door("channel", guild=guild), mia=mia)

    async def connected(self) -> None:
        """Wait until the bot hears what happens."""

        async def hears() -> bool:
            return bool((await self.door("gateway_state"))["connected"])

        await self.until(hears, timeout_s=chat_house.START_S)

    async def start(self, **settings: str) -> None:
        """Start the bot, until it hears."""
        await self.house.start(**settings)
        await self.connected()

    async def kill(self) -> None:
        """As a crash would; nothing goes wrong on Discord any more."""
        await self.house.kill()
        await self.door("clear_faults")

    async def restart(self) -> None:
        """Kill it and start it again."""
        await self.kill()
        await self.start()

    async def check_books(self) -> None:
        """Every job has ended, the books balance, and each was sent to the provider once at most."""
        async with self.house.reading() as rows:
            assert list(await rows.ledger.faults()) == []
        found, provider = await self.house.jobs(), self.house.provider
        assert [job.id for job in found if not job.state.ended] == []
        assert provider is not None
        assert len(provider.submits()) <= len(found)

    async def check(self) -> None:
        """Discord was asked for nothing malformed and never too often, and no traceback was written."""
        for kind in ("form", "limited"):
            assert (refused := await self.door("refusals", kind=kind)) == [], refused
        self.house.check_log()


def done(*, left: str = "9,995", used: int = 5, files: int = 1, **changes: Any) -> Shown:
    """Mia's finished picture, as its message says it to the guild."""
    usual: dict[str, Any] = {
        "content": "> ASKED\nMia, here's your picture.\n"
        f"{used} used from your Pixel Club allowance, {left} left · N s · `JOB`",
        "files": ("image/png",) * files,
        "buttons": PICTURE,
    }
    return Shown(**{**usual, **changes})


def called(**changes: Any) -> Shown:
    """The same as a new message, which notifies Mia."""
    said = done(**changes)
    return replace(said, content=said.content.replace("Mia,", "@Mia,"), pings=("Mia",))


@contextlib.asynccontextmanager
async def opened(
    folder: Path, settings: Mapping[str, str] | None = None, *, behind_s: float = 0.0
) -> AsyncIterator[Scene]:
    """A played Discord, a simulator, and a bot that is not started yet.

    `behind_s`: Discord's clock is so far behind the bot's, so that to the bot its tokens are that old from the start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    async with remote.spawned(TOKEN, "--record", str(folder / "discord.jsonl")) as door:
        await door("advance", seconds=-behind_s)
        there = {
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_API_URL": door.api,
            "DISCORD_GATEWAY_URL": door.gateway,
            "DISCORD_CDN_URL": door.cdn,
        }
        async with chat_house.opened(folder, there | dict(settings or {})) as house:
            mia = await door("user", name="Mia")
            guild = await door("guild", members=[mia])
            channel = await door("channel", guild=guild)
            yield Scene(door=door, house=house, guild=guild, channel=channel, mia=mia)


async def together(*parts: Awaitable[Any]) -> list[Any]:
    """All at once; the first trouble is raised when all have ended."""
    found = await asyncio.gather(*parts, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return list(found)
