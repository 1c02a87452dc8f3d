"""A played Discord with the bot at it, as one person looks on: what is done there, and what is seen."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from tests.discord_server import File as Sent
from tests.discord_server.remote import Remote
from tests.pictures import seen

Json: TypeAlias = Mapping[str, Any]
PATIENCE_S = 90.0
LOOK_S = 0.05


@dataclass(slots=True, kw_only=True)
class Table:
    """One channel and who is in it."""

    remote: Remote
    channel: int
    people: dict[int, str]  # names by id
    used: dict[int, tuple[str, str]] = field(default_factory=dict)  # who called what, by interaction

    async def slash(self, user: int, name: str, options: Mapping[str, Any] | None = None) -> int:
        """Somebody calls a command; the interaction."""
        made: int = await self.remote("slash", user=user, channel=self.channel, name=name, options=dict(options or {}))
        self.used[made] = (self.people[user], f"/{name}")
        return made

    async def press(self, user: int, message: Json, label: str) -> int:
        """Somebody presses the button whose label begins so."""
        made: int = await self.remote("press", user=user, message=message["id"], label=label)
        return made

    async def answer(self, interaction: int, *, user: int, true: Callable[[Json], Any] | None = None) -> Json:
        """The newest message of an interaction that isn't loading and fits."""

        async def look() -> Json | None:
            ids = (await self.remote("interaction", interaction=interaction))["message_ids"]
            there = {one["id"]: one for one in await self.looked(user)}
            shown = [there[id] for id in ids if id in there and not there[id]["loading"]]
            fitting = [one for one in shown if true is None or true(one)]
            return fitting[-1] if fitting else None

        return await self._until(look)

    async def message(self, user: int, true: Callable[[Json], Any]) -> Json:
        """The newest message in the channel that fits."""

        async def look() -> Json | None:
            return next((one for one in reversed(await self.looked(user)) if true(one)), None)

        return await self._until(look)

    async def looked(self, user: int) -> list[dict[str, Any]]:
        """All that somebody sees in the channel."""
        found: list[dict[str, Any]] = await self.remote("messages", channel=self.channel, as_user=user)
        return found

    async def choices(self, user: int, command: str, focus: str, options: Mapping[str, str]) -> seen.Choices:
        """What is offered while a field is filled in."""
        asked = await self.remote(
            "autocomplete", user=user, channel=self.channel, name=command, focused=focus, options=dict(options)
        )
        answered = await self.remote("answered", interaction=asked)
        labels = tuple(one["name"] for one in answered["choices"])
        others = {name: value for name, value in options.items() if name != focus}
        return seen.Choices(
            command=command, filled=others, field=focus, typed=str(options.get(focus, "")), labels=labels
        )

    async def form(self, interaction: int, *, language: str) -> seen.Form:
        """The form that answered an interaction."""
        modal = (await self.remote("answered", interaction=interaction))["modal"]
        (label,) = modal["components"]
        required = bool(label["component"].get("required", True))
        return seen.Form(title=modal["title"], label=label["label"], required=required, language=language)

    async def shot(self, message: Json) -> seen.Message:
        """A message as it stands in front of people now."""
        there = next(one for one in await self.looked_by_all() if one["id"] == message["id"])
        return await self.drawn(there)

    async def looked_by_all(self) -> list[dict[str, Any]]:
        """What anybody sees, private answers included."""
        found: dict[int, dict[str, Any]] = {}
        for user in self.people:
            found |= {one["id"]: one for one in await self.looked(user)}
        return list(found.values())

    async def drawn(self, one: Json) -> seen.Message:
        """A message the door gave, with its files."""
        under = next((m for m in await self.looked_by_all() if m["id"] == one["reference"]), None)
        return seen.Message(
            author=one["author"],
            bot=one["author_id"] not in self.people,
            text=one["content"],
            files=tuple([await self._file(file) for file in one["files"]]),
            rows=_rows(one["buttons"]),
            private=one["ephemeral"],
            used=self.used.get(one["interaction_id"] or 0) if under is None else None,
            under=(under["author"], under["content"]) if under else None,
            people={str(id): name for id, name in self.people.items()},
            at=datetime.now(UTC),
        )

    async def say(self, user: int, words: str, *files: Sent, channel: int | None = None) -> Json:
        """Somebody writes."""
        id = await self.remote("say", user=user, channel=channel or self.channel, content=words, files=list(files))
        found: Json = await self.remote("message", message=id)
        return found

    async def _file(self, one: Json) -> seen.File:
        async with self.remote.http.get(one["url"]) as answer:
            answer.raise_for_status()
            return seen.File(name=one["name"], mime=one["content_type"], data=await answer.read())

    async def _until(self, look: Callable[[], Any]) -> Json:
        ends = time.monotonic() + PATIENCE_S
        while (found := await look()) is None:
            if time.monotonic() > ends:
                there = [one["content"] for one in await self.looked_by_all()]
                raise TimeoutError(f"it was not seen within {PATIENCE_S} s; there is {there}")
            await asyncio.sleep(LOOK_S)  # what happens in a client is announced by nobody
        value: Json = found
        return value


def _rows(buttons: list[dict[str, Any]]) -> tuple[tuple[seen.Button, ...], ...]:
    """Buttons as they stand; style 1 is the one Discord fills with colour."""
    rows: dict[int, list[seen.Button]] = {}
    for one in buttons:
        rows.setdefault(one["row"], []).append(seen.Button(label=one["label"], primary=one["style"] == 1))
    return tuple(tuple(row) for row in rows.values())
