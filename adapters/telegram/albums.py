"""Albums: their pieces come as messages of their own, within a moment; together they are one request."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TypeAlias

from telegram import Message

from adapters.telegram.options import Timing

REMEMBERED = 500  # albums whose pieces are known, for those who reply to one of them

_Name: TypeAlias = tuple[int, str]


@dataclass(slots=True, kw_only=True)
class Said:
    """One message, or the pieces of one album, with the keys they came under."""

    keys: list[str]
    messages: list[Message]
    touched: asyncio.Event = field(default_factory=asyncio.Event)  # another piece has come

    @property
    def first(self) -> Message:
        """The piece that speaks for all: the one with words."""
        return next((m for m in self.messages if m.caption or m.text), self.messages[0])


class Albums:
    """Gathers pieces while they come, and remembers them for a while."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._open: dict[_Name, Said] = {}
        self._known: OrderedDict[_Name, list[Message]] = OrderedDict()
        self._answered: OrderedDict[_Name, None] = OrderedDict()

    def add(self, message: Message, key: str) -> Said | None:
        """A new request; None for a piece that joins one."""
        if message.media_group_id is None:
            return Said(keys=[key], messages=[message])
        name = (message.chat.id, message.media_group_id)
        self._note(name, message)
        if (said := self._open.get(name)) is not None:
            said.keys.append(key)
            said.messages.append(message)
            said.touched.set()
            return None
        self._open[name] = said = Said(keys=[key], messages=[message])
        return said

    async def whole(self, said: Said) -> bool:
        """Wait until no further piece has come for a moment. False for a straggler of an album that was answered."""
        group = said.messages[0].media_group_id
        if group is None:
            return True
        name = (said.messages[0].chat.id, group)
        loop = asyncio.get_running_loop()
        until = loop.time() + self._timing.gather_most_s
        while (left := until - loop.time()) > 0:
            said.touched.clear()
            try:
                async with asyncio.timeout(min(left, self._timing.gather_s)):
                    await said.touched.wait()
            except TimeoutError:
                break
        self._open.pop(name, None)
        said.messages.sort(key=lambda message: message.message_id)
        return self._is_first(name)

    def of(self, message: Message) -> list[Message]:
        """The message with all pieces of its album that are known."""
        if message.media_group_id is None:
            return [message]
        known = self._known.get((message.chat.id, message.media_group_id), [])
        pieces = {piece.message_id: piece for piece in (*known, message)}
        return [pieces[id] for id in sorted(pieces)]

    def _note(self, name: _Name, message: Message) -> None:
        known = self._known.setdefault(name, [])
        if all(piece.message_id != message.message_id for piece in known):
            known.append(message)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def _is_first(self, name: _Name) -> bool:
        first = name not in self._answered
        self._answered[name] = None
        while len(self._answered) > REMEMBERED:
            self._answered.popitem(last=False)
        return first
