"""Updates: what happened and the bot hasn't confirmed yet, fetched by long polling or sent to a webhook."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.telegram_server.refusals import bad, refused

LONGEST_POLL_S = 50
KINDS = frozenset(
    [
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
    ]
)
_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})  # only for who names them


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One thing that happened."""

    id: int
    kind: str
    payload: dict[str, Any]
    chat_id: int  # updates of one chat are delivered in order

    def api(self) -> dict[str, Any]:
        """As type Update."""
        return {"update_id": self.id, self.kind: self.payload}


class Queue:
    """The updates of one bot."""

    def __init__(self, first_id: int = 700_000_001) -> None:
        self._next = first_id
        self.waiting: list[Update] = []
        self.allowed: frozenset[str] = KINDS - _ON_REQUEST
        self.all: dict[int, Update] = {}
        self._repeated: list[Update] = []
        self._came = asyncio.Event()
        self._poll: asyncio.Future[None] | None = None  # set to end the poll that is open

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Take the kinds a bot wants; None leaves them as they are, an empty list means the usual ones."""
        if kinds is not None:
            unknown = sorted(set(kinds) - KINDS)
            if unknown:
                raise bad(f"allowed_updates names unknown updates: {', '.join(unknown)}")
            self.allowed = frozenset(kinds) if kinds else KINDS - _ON_REQUEST

    def put(self, kind: str, payload: dict[str, Any], chat_id: int) -> int | None:
        """Add an update; None where the bot doesn't want its kind."""
        if kind not in self.allowed:
            return None
        update = Update(id=self._next, kind=kind, payload=payload, chat_id=chat_id)
        self._next += 1
        self.all[update.id] = update
        self.waiting.append(update)
        self._came.set()
        return update.id

    def repeat(self, update_id: int) -> None:
        """Deliver an update once more, though it may be confirmed."""
        self._repeated.append(self.all[update_id])
        self._came.set()

    def confirm(self, update: Update) -> None:
        """A webhook took it."""
        if update in self.waiting:
            self.waiting.remove(update)

    def take_repeated(self) -> list[Update]:
        """The updates that are delivered once more, handed out once."""
        taken, self._repeated = self._repeated, []
        return taken

    async def came(self, timeout_s: float) -> None:
        """Wait until something new is there, at most so long."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._came.wait()
        except TimeoutError:
            return
        self._came.clear()

    async def poll(self, offset: int, limit: int, timeout_s: float) -> list[dict[str, Any]]:
        """What getUpdates answers; a poll that is still open ends with a conflict."""
        self.end_poll("terminated by other getUpdates request; make sure that only one bot instance is running")
        self._forget(offset)
        ready = self._ready(limit)
        if ready or timeout_s <= 0:
            return ready
        return await self._wait(limit, timeout_s)

    async def _wait(self, limit: int, timeout_s: float) -> list[dict[str, Any]]:
        loop = asyncio.get_running_loop()
        mine = self._poll = loop.create_future()
        deadline = loop.time() + timeout_s
        try:
            while not self.waiting and not self._repeated and loop.time() < deadline:
                self._came.clear()
                came = asyncio.ensure_future(self._came.wait())
                await asyncio.wait({came, mine}, timeout=deadline - loop.time(), return_when=asyncio.FIRST_COMPLETED)
                came.cancel()
                if mine.done():
                    return mine.result() or []
            return self._ready(limit)
        finally:
            if self._poll is mine:
                self._poll = None

    @property
    def polled(self) -> bool:
        """Whether a long poll is open."""
        return self._poll is not None

    def end_poll(self, why: str | None) -> None:
        """End the poll that is open with a conflict; without a reason, with no updates."""
        if self._poll is not None and not self._poll.done():
            if why is None:
                self._poll.set_result(None)
            else:
                self._poll.set_exception(refused(409, why))
        self._poll = None

    def _forget(self, offset: int) -> None:
        if offset > 0:
            self.waiting = [update for update in self.waiting if update.id >= offset]
        elif offset < 0:
            self.waiting = self.waiting[offset:]

    def _ready(self, limit: int) -> list[dict[str, Any]]:
        return [update.api() for update in [*self.take_repeated(), *self.waiting][:limit]]

    def drop(self) -> None:
        """Forget everything that waits."""
        self.waiting.clear()


def fetch_limits(limit: int, timeout_s: int) -> tuple[int, int]:
    """Limit and timeout as Telegram clamps them."""
    return max(1, min(limit, 100)), max(0, min(timeout_s, LONGEST_POLL_S))


def secret_fits(secret: str) -> bool:
    """Whether a webhook's secret token has allowed characters only."""
    return all(c.isascii() and (c.isalnum() or c in "_-") for c in secret)
