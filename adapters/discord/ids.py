"""Ids of messages, as the core remembers them over restarts."""

from dataclasses import dataclass

BY_TOKEN = "t"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageId:
    """A message as the core remembers it: `<channel>:<message>`, with `:t` where an interaction's token made it."""

    channel: int
    message: int
    by_token: bool = False

    def __str__(self) -> str:
        return f"{self.channel}:{self.message}" + (f":{BY_TOKEN}" if self.by_token else "")

    @classmethod
    def read(cls, words: str) -> "MessageId | None":
        """None for what is no such id."""
        parts = words.split(":")
        if len(parts) not in (2, 3) or parts[2:] not in ([], [BY_TOKEN]) or not all(p.isdecimal() for p in parts[:2]):
            return None
        return cls(channel=int(parts[0]), message=int(parts[1]), by_token=len(parts) == 3)
