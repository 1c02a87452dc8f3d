"""People, and the bot among them."""

import itertools
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One account, as its owner sees it."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False

    def api(self) -> dict[str, Any]:
        """As type User."""
        shown: dict[str, Any] = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        for name in ("last_name", "username", "language_code"):
            value = getattr(self, name)
            if value is not None:
                shown[name] = value
        return shown


@dataclass(slots=True, kw_only=True)
class People:
    """Everybody the server knows."""

    users: dict[int, User] = field(default_factory=dict)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(500_000_001))

    def add(self, **known: Any) -> User:
        """A new person, with an id of the server's choice unless one is given."""
        number = known.pop("id", None) or next(self._ids)
        if number in self.users:
            raise ValueError(f"user {number} is there already")
        user = User(id=number, **known)
        self.users[number] = user
        return user
