"""Discord's permission bits, as far as the tests speak of them."""

from collections.abc import Iterable

BITS = {
    "administrator": 3,
    "manage_channels": 4,
    "manage_guild": 5,
    "add_reactions": 6,
    "view_channel": 10,
    "send_messages": 11,
    "manage_messages": 13,
    "embed_links": 14,
    "attach_files": 15,
    "read_message_history": 16,
    "mention_everyone": 17,
    "use_external_emojis": 18,
    "use_application_commands": 31,
    "manage_threads": 34,
    "create_public_threads": 35,
    "create_private_threads": 36,
    "send_messages_in_threads": 38,
    "use_external_apps": 50,
}
ALL = sum(1 << bit for bit in BITS.values())
COMMON = (
    "view_channel", "send_messages", "embed_links", "attach_files", "read_message_history", "add_reactions",
    "use_external_emojis", "use_application_commands", "create_public_threads", "create_private_threads",
    "send_messages_in_threads", "use_external_apps",
)  # fmt: skip


def mask(names: Iterable[str]) -> int:
    """The bits of these names; KeyError when one is unknown."""
    return sum(1 << BITS[name] for name in set(names))


def has(permissions: int, name: str) -> bool:
    return bool(permissions & mask([name]))
