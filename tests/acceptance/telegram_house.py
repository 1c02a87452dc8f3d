"""A bot on the played Telegram, each in its own process, and the people who talk to it there."""

import contextlib
import itertools
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from tests.acceptance import chat_house
from tests.acceptance.chat_house import ChatHouse
from tests.telegram_server import remote

READY = "menus="  # the bot's log says so once Telegram knows it
WAIT_S = 20.0  # for what people see; most of it takes a second

Message: TypeAlias = dict[str, Any]

_JOB = re.compile(r"· (?:\d+ min )?\d+ (?:s|秒|分 \d+ 秒) · ([0-9A-Z]{4,8})(?=$|\n)")


@dataclass(slots=True, kw_only=True)
class Stage:
    """Telegram's people, the bot, and the provider."""

    telegram: remote.Remote
    house: ChatHouse
    _people: "itertools.count[int]" = field(default_factory=lambda: itertools.count(5001))

    async def act(self, name: str, /, **given: Any) -> Any:
        """Play an act of tests.telegram_server.stage.Stage."""
        return await self.telegram.act(name, **given)

    async def start(self, **settings: str) -> None:
        """Start the bot and wait until Telegram knows it."""
        await self.house.start(ready=READY, **settings)

    async def restart(self) -> None:
        """Kill the bot and start it again."""
        await self.house.restart(ready=READY)

    async def person(self, name: str = "Mia", *, language: str | None = "en", **known: Any) -> int:
        """Somebody new with a private chat; its id is the person's."""
        user = next(self._people)
        await self.act("create_user", first_name=name, id=user, language_code=language, **known)
        await self.act("private", user_id=user)
        return user

    async def group(self, creator: int, *members: int, forum: bool = False, bot: str = "member") -> int:
        """A supergroup with the bot in it."""
        made = await self.act(
            "supergroup", title="Pixel Club", creator_id=creator, members=list(members), forum=forum, bot=bot
        )
        return int(made["id"])

    async def say(self, user: int, text: str, *, chat: int | None = None, **more: Any) -> int:
        """Write; the message's id."""
        said = await self.act("say", user_id=user, chat_id=chat or user, text=text, **more)
        return int(said["message_id"])

    async def send(self, user: int, kind: str, data: bytes, *, chat: int | None = None, **more: Any) -> int:
        """Send a medium; the message's id."""
        said = await self.act("send", user_id=user, chat_id=chat or user, kind=kind, data=data, **more)
        return int(said["message_id"])

    async def press(self, user: int, message: Message, action: str, *, chat: int | None = None, times: int = 1) -> str:
        """Tap the button with this action; the query's id."""
        data = next(one for one in data_of(message) if one.split(":")[0] == action)
        number = message["message_id"]
        taps = await self.act("press", user_id=user, chat_id=chat or user, message_id=number, data=data, times=times)
        return str(taps[-1]["query_id"])

    async def messages(self, chat: int, *, after: int = 0) -> list[Message]:
        """The bot's messages, those newer than one."""
        view = await self.act("view", chat_id=chat)
        return [one for one in view["messages"] if one["from_bot"] and one["message_id"] > after]

    async def seen(
        self, chat: int, condition: Callable[[list[Message]], Any], *, after: int = 0, timeout_s: float = WAIT_S
    ) -> Any:
        """Wait until the bot's messages fulfil a condition, and give its value."""

        def of_view(view: Mapping[str, Any]) -> Any:
            return condition([m for m in view["messages"] if m["from_bot"] and m["message_id"] > after])

        try:
            return await self.telegram.until(chat, of_view, timeout_s)
        except TimeoutError as late:
            raise TimeoutError(f"{late}; the log ends: {self.house.log[-2000:]}") from None

    async def answer(self, chat: int, after: int, words: str = "") -> Message:
        """The bot's next message with these words."""
        found: Message = await self.seen(
            chat, lambda all_: next((m for m in all_ if words in m["text"]), None), after=after
        )
        return found

    async def result(self, chat: int, after: int, *, count: int = 1, timeout_s: float = WAIT_S) -> Message:
        """The next message with a receipt."""

        def ended(found: list[Message]) -> Any:
            return len(hits := [m for m in found if receipt(m)]) >= count and hits[count - 1]

        return dict(await self.seen(chat, ended, after=after, timeout_s=timeout_s))

    async def told(self, query: str) -> Mapping[str, Any]:
        """What a tap was answered."""
        return dict(await self.house.true(lambda: self.act("answer", query_id=query)))

    async def quiet(self) -> None:
        """Wait until every update is confirmed and answered, and every job has ended."""
        await self.house.true(self._nothing_waits)

    async def _nothing_waits(self) -> bool:
        if await self.act("pending"):  # looked at first: what isn't there any more is in the rows
            return False
        async with self.house.reading() as rows:
            heard = not list(await rows.inbox.waiting("telegram"))
            return heard and not list(await rows.jobs.unfinished()) and not list(await rows.jobs.untold())


def receipt(message: Message) -> str | None:
    """The job whose receipt a message ends with; None without one."""
    found = _JOB.search(message["text"])
    return found[1] if found else None


def data_of(message: Message) -> list[str]:
    """What its buttons carry."""
    return [button["callback_data"] for row in message["buttons"] for button in row if "callback_data" in button]


def labels(message: Message) -> list[str]:
    """What its buttons say."""
    return [button["text"] for row in message["buttons"] for button in row]


def plain(message: Message) -> dict[str, Any]:
    """All that a person sees, without what differs each time: ids, times, bytes."""
    text = _JOB.sub("· … · JOB", message["text"])
    return {
        "kind": message["kind"],
        "text": text,
        "buttons": labels(message),
        "asks": message["asks"],
        "reply_to": message["reply_to"],
        "topic": message["topic"],
    }


def files(messages: Sequence[Message]) -> list[tuple[str, str, str]]:
    """Kind, type and ending of every medium."""
    return [(m["kind"], m["media"]["mime"], Path(m["media"]["name"]).suffix) for m in messages if m["media"]]


@contextlib.asynccontextmanager
async def opened(
    folder: Path, *arguments: str, speed: float = 50.0, token: str | None = None, **settings: str
) -> AsyncIterator[Stage]:
    """A stage whose bot is not started yet; `arguments` are the Telegram server's."""
    async with contextlib.AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(remote.started(*arguments))
        named = {"TELEGRAM_TOKEN": token or telegram.token, "TELEGRAM_API_URL": telegram.url} | settings
        house = await stack.enter_async_context(chat_house.opened(folder, named, speed=speed))
        yield Stage(telegram=telegram, house=house)
