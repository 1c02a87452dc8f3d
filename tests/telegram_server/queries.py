"""Pressed buttons that wait for their answer."""

import itertools
import time
from dataclasses import dataclass
from typing import Any

from tests.telegram_server.refusals import bad

_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(slots=True, kw_only=True)
class Query:
    """One press of a button."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    data: str
    pressed_at: float
    expired: bool = False
    answer: dict[str, Any] | None = None  # what the person was shown


class Queries:
    """All presses."""

    def __init__(self, life_s: float | None) -> None:
        self._life_s = life_s
        self._by_id: dict[str, Query] = {}
        self._ids = itertools.count(4_000_000_000_000_001)

    def press(self, *, user_id: int, chat_id: int, message_id: int, data: str) -> Query:
        """Note a press."""
        query = Query(
            id=str(next(self._ids)),
            user_id=user_id,
            chat_id=chat_id,
            message_id=message_id,
            data=data,
            pressed_at=time.monotonic(),
        )
        self._by_id[query.id] = query
        return query

    def get(self, query_id: str) -> Query:
        return self._by_id[query_id]

    def answer(self, query_id: str, shown: dict[str, Any]) -> Query:
        """Take the bot's answer, once and in time; or refuse it."""
        query = self._by_id.get(query_id)
        if query is None or query.answer is not None or query.expired or self._late(query):
            raise bad(_TOO_OLD)
        query.answer = shown
        return query

    def _late(self, query: Query) -> bool:
        return self._life_s is not None and time.monotonic() - query.pressed_at > self._life_s
