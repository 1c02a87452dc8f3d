"""A played Telegram with the bot in it, as one person looks on: what is done there, and what is seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from tests.pictures import seen
from tests.telegram_server.remote import Remote

Json: TypeAlias = Mapping[str, Any]
PATIENCE_S = 90.0


@dataclass(slots=True, kw_only=True)
class Table:
    """One chat, who is in it, and who looks."""

    remote: Remote
    chat: int
    looker: int
    people: dict[int, str]  # names by id

    async def say(self, words: str, *, user: int | None = None, reply_to: int | None = None) -> Json:
        """Somebody writes; the message as it stands in the chat."""
        who = user or self.looker
        said = await self.remote.act("say", user_id=who, chat_id=self.chat, text=words, reply_to=reply_to)
        return await self._numbered(said["message_id"])

    async def send(self, kind: str, data: bytes, *, name: str, mime: str, caption: str = "") -> Json:
        """The one who looks sends a file."""
        said = await self.remote.act(
            "send", user_id=self.looker, chat_id=self.chat, kind=kind, data=data, name=name, mime=mime, caption=caption
        )
        return await self._numbered(said["message_id"])

    async def press(self, message: Json, label: str) -> str | None:
        """The one who looks presses the button whose label begins so; what a small window then said, if anything."""
        labels = [one["text"] for row in message["buttons"] for one in row]
        text = next(one for one in labels if one.startswith(label))
        (pressed,) = await self.remote.act(
            "press", user_id=self.looker, chat_id=self.chat, message_id=message["message_id"], text=text
        )
        answer = await self.remote.act("answer", query_id=pressed["query_id"])
        return None if answer is None else str(answer["text"])

    async def after(self, said: Json, true: Callable[[Json], Any] = bool) -> Json:
        """The bot's newest message below this one that fits."""

        def fitting(view: Json) -> Json | None:
            newer = [m for m in view["messages"] if m["from_bot"] and m["message_id"] > said["message_id"]]
            return next((m for m in reversed(newer) if true(m)), None)

        found: Json = await self.remote.until(self.chat, fitting, PATIENCE_S)
        return found

    async def shot(self, message: Json) -> seen.Message:
        """A message as it stands now, an album's other pictures with it."""
        view = await self.remote.act("view", chat_id=self.chat)
        one = next(m for m in view["messages"] if m["message_id"] == message["message_id"])
        group = one["media_group_id"]
        album = [m for m in view["messages"] if group and m["media_group_id"] == group] or [one]
        under = next((m for m in view["messages"] if m["message_id"] == one["reply_to"]), None)
        worded = next((m for m in album if m["text"]), one)
        return seen.Message(
            author=self._name(one),
            bot=one["from_bot"],
            mine=one["from_id"] == self.looker,
            text=worded["text"],
            entities=tuple(worded["entities"]),
            files=tuple([await self._file(m["media"]) for m in album if m["media"]]),
            rows=tuple(tuple(seen.Button(label=b["text"]) for b in row) for row in one["buttons"]),
            under=(self._name(under), under["text"] or under["kind"]) if under else None,
            at=datetime.now(UTC),
        )

    def _name(self, one: Json) -> str:
        return "Atelier" if one["from_bot"] else self.people[one["from_id"]]

    async def _file(self, one: Json) -> seen.File:
        data = await self.remote.act("file", file_id=one["file_id"])
        return seen.File(name=one["name"], mime=one["mime"], data=data)

    async def _numbered(self, number: int) -> Json:
        view = await self.remote.act("view", chat_id=self.chat)
        found: Json = next(m for m in view["messages"] if m["message_id"] == number)
        return found
