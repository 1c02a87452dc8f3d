"""Modals: a button or a right click that needs words asks for them in a small form."""

from collections.abc import Iterator, Mapping
from typing import Any

import discord

TITLE, LABEL = 45, 45  # characters (components/reference)
WORDS = 4000  # the most that one input takes
FIELD = "words"


def modal(custom_id: str, *, title: str, label: str, required: bool) -> discord.ui.Modal:
    """A form with one paragraph; what is sent comes back as an event with this id."""
    made = discord.ui.Modal(title=_cut(title, TITLE), custom_id=custom_id, timeout=None)
    words: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput(
        custom_id=FIELD,
        style=discord.TextStyle.paragraph,
        required=required,
        max_length=WORDS,
    )
    made.add_item(discord.ui.Label(text=_cut(label, LABEL), component=words))
    made.stop()  # what is sent comes as an event: the library need not keep the form to wait for it
    return made


def words(data: Mapping[str, Any]) -> str:
    """What was written into a form that came back."""
    return next((str(one.get("value") or "") for one in _inputs(data) if one.get("custom_id") == FIELD), "")


def _inputs(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Inputs stand in labels; in rows where an older form is still open."""
    for outer in data.get("components", ()):
        yield from outer.get("components", ())
        if "component" in outer:
            yield outer["component"]


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
