"""The connection to the Bot API: the library's client with pools and time limits of our choice."""

import warnings
from dataclasses import dataclass
from typing import Any

import telegram
from telegram.request import HTTPXRequest
from telegram.warnings import PTBDeprecationWarning

from adapters.telegram import errors
from adapters.telegram.options import UPDATES, Options

CONNECTIONS = 32  # calls at once; more wait for a free one
CONNECT_S = 10.0
READ_S = 30.0  # Telegram itself fetches and checks what it was sent before it answers
WRITE_S = 20.0
UPLOAD_S = 300.0  # of one write: 50 MB over a slow line are many writes
POOL_S = 60.0  # the longest wait for a free connection, above the longest upload that is likely
POLL_MARGIN_S = 10.0  # how much longer than the long poll its answer may take


class Bot(telegram.Bot):
    """The library's bot, which also hands out updates as they came: they are kept before they are understood."""

    async def raw_updates(self, *, offset: int | None, timeout_s: float) -> list[dict[str, Any]]:
        """One long poll. Raises TelegramError."""
        asked = {"offset": offset, "timeout": round(timeout_s), "allowed_updates": list(UPDATES), "limit": 100}
        found: list[dict[str, Any]] = await self._post("getUpdates", asked, read_timeout=timeout_s + POLL_MARGIN_S)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One bot's way to Telegram and back."""

    bot: Bot
    requests: tuple[HTTPXRequest, HTTPXRequest]

    @classmethod
    def open(cls, options: Options) -> "Connection":
        """Nothing is sent yet. Raises OperatorError for a token that can't be one."""
        # the library says with every flood that the wait will be a timedelta one day; `errors` takes either
        warnings.filterwarnings("ignore", r".*attribute `retry_after`", PTBDeprecationWarning)
        calls = HTTPXRequest(
            connection_pool_size=CONNECTIONS,
            connect_timeout=CONNECT_S,
            read_timeout=READ_S,
            write_timeout=WRITE_S,
            media_write_timeout=UPLOAD_S,
            pool_timeout=POOL_S,
        )
        polls = HTTPXRequest(
            connection_pool_size=1, connect_timeout=CONNECT_S, read_timeout=READ_S, pool_timeout=POOL_S
        )
        url = options.api_url.rstrip("/")
        try:
            bot = Bot(
                options.token,
                base_url=f"{url}/bot",
                base_file_url=f"{url}/file/bot",
                request=calls,
                get_updates_request=polls,
            )
        except telegram.error.TelegramError as error:
            refusal = errors.refused(error)
            raise errors.operator_error(refusal, api_url=url) from None
        return cls(bot=bot, requests=(calls, polls))

    async def close(self) -> None:
        """Let connections go."""
        for request in self.requests:
            await request.shutdown()
