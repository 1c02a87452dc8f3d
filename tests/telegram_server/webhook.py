"""The webhook: updates are POSTed to the bot, in order for each chat, and again until it takes them."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.telegram_server import updates

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
FIRST_PAUSE_S = 0.1  # Telegram's own pauses aren't published; these grow the same way, only faster
LONGEST_PAUSE_S = 5.0
ANSWER_S = 10.0  # how long the bot may take for one answer
_IDLE_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where updates go."""

    url: str
    secret: str | None
    max_connections: int = 40
    certificate: bool = False


class Webhook:
    """The delivery of one bot's updates."""

    def __init__(self, queue: updates.Queue) -> None:
        self._queue = queue
        self.target: Target | None = None
        self._error: dict[str, Any] = {}
        self._task: asyncio.Task[None] | None = None
        self._busy: dict[int, asyncio.Task[None]] = {}  # chat id → its delivery under way
        self._again: list[updates.Update] = []  # those to be delivered once more

    def info(self) -> dict[str, Any]:
        """As type WebhookInfo."""
        target = self.target
        shown: dict[str, Any] = {
            "url": target.url if target else "",
            "has_custom_certificate": bool(target and target.certificate),
            "pending_update_count": len(self._queue.waiting),
        }
        if target:
            shown |= {"max_connections": target.max_connections, "ip_address": "127.0.0.1"}
            shown |= {"allowed_updates": sorted(self._queue.allowed)} | self._error
        return shown

    async def set(self, target: Target | None) -> None:
        """Deliver to this target from now on; None ends the delivery."""
        await self.close()
        self.target, self._error = target, {}
        if target is not None:
            self._queue.end_poll("terminated by setWebhook request")
            self._task = asyncio.create_task(self._deliver(target))

    async def close(self) -> None:
        """End every delivery under way."""
        tasks = [*self._busy.values(), *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._busy.clear()
        self._task = None

    async def _deliver(self, target: Target) -> None:
        """Hand out updates for as long as this target is set."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_S)) as http:
            while True:
                self._start(http, target)
                await self._queue.came(_IDLE_S if not self._busy else 0.02)

    def _start(self, http: aiohttp.ClientSession, target: Target) -> None:
        self._busy = {chat: task for chat, task in self._busy.items() if not task.done()}
        self._again += self._queue.take_repeated()
        for update in [*self._again, *self._queue.waiting]:
            if update.chat_id not in self._busy and len(self._busy) < target.max_connections:
                self._again = [one for one in self._again if one is not update]
                self._busy[update.chat_id] = asyncio.create_task(self._post(http, target, update))

    async def _post(self, http: aiohttp.ClientSession, target: Target, update: updates.Update) -> None:
        """POST one update until it is taken."""
        headers = {SECRET_HEADER: target.secret} if target.secret else {}
        pause_s = FIRST_PAUSE_S
        while not await self._taken(http, target.url, update, headers):
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
        self._queue.confirm(update)

    async def _taken(
        self, http: aiohttp.ClientSession, url: str, update: updates.Update, headers: dict[str, str]
    ) -> bool:
        try:
            async with http.post(url, json=update.api(), headers=headers, ssl=False) as answer:
                if b'"method"' in await answer.read():
                    self._note("not played here: a method in the webhook's answer")
                    return False
                if 200 <= answer.status < 300:
                    return True
                self._note(f"Wrong response from the webhook: {answer.status} {answer.reason}")
        except TimeoutError:
            self._note("Read timeout expired")
        except aiohttp.ClientError:
            self._note("Connection refused")
        return False

    def _note(self, message: str) -> None:
        self._error = {"last_error_date": int(time.time()), "last_error_message": message}
