"""The webhook: Telegram posts an update, it is kept, and only then confirmed with 200."""

import hmac
import json
from collections.abc import Mapping

import structlog

from adapters.telegram.inbound import Inbound
from adapters.telegram.options import Webhook
from adapters.telegram.received import Inbox
from adapters.telegram.turns import Turns
from bot.errors import StorageFault

log = structlog.get_logger(__name__)

SECRET = "X-Telegram-Bot-Api-Secret-Token"  # the header's name (setWebhook)


class Hook:
    """What the web server calls with each request. Telegram posts again whatever is not answered with 200."""

    def __init__(self, webhook: Webhook, *, inbox: Inbox, inbound: Inbound, turns: Turns) -> None:
        self._secret = webhook.secret.encode()
        self._inbox = inbox
        self._inbound = inbound
        self._turns = turns
        self.closed = False  # nothing new is heard

    async def __call__(self, headers: Mapping[str, str], body: bytes) -> int:
        """The HTTP status to answer with."""
        said = next((value for name, value in headers.items() if name.lower() == SECRET.lower()), "")
        if not hmac.compare_digest(said.encode("utf-8", "replace"), self._secret):
            return 401
        if self.closed or self._turns.is_full:
            return 503
        try:
            update = json.loads(body)
            if not isinstance(update, dict):
                return 400
            received = await self._inbox.record([update])
        except (ValueError, RecursionError):
            return 400
        except StorageFault as fault:
            log.error("an update can't be kept", words=str(fault))
            return 503
        self._inbound.take(received)
        return 200
