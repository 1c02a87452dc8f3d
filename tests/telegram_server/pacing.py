"""How fast a bot may write: one message a second to a chat and twenty a minute to a group (Telegram's bot FAQ)."""

import math
from collections import defaultdict, deque

from tests.telegram_server.refusals import too_many

PER_MINUTE = 20


class Pace:
    """When the bot wrote where."""

    def __init__(self) -> None:
        self._written: dict[int, deque[float]] = defaultdict(deque)  # chat id → times of the last minute

    def take(self, chat_id: int, now: float, *, group: bool, count: int = 1) -> None:
        """Note that so many messages are written now, or refuse them."""
        written = self._written[chat_id]
        while written and now - written[0] >= 60:
            written.popleft()
        if written and now - written[-1] < 1:
            raise too_many(1)
        if group and len(written) + count > PER_MINUTE:
            raise too_many(math.ceil(60 - (now - written[0])) if written else 60)
        written.extend([now] * count)
