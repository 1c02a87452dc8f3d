"""Buttons: what each does stands in its id, so that they work after a restart and months later."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import discord

from bot import replies

ROWS, IN_ROW = 5, 5
LABEL = 80  # characters; this and the next are of components/reference
ID = 100
PRIVATE = "p"
PRIMARY = frozenset({"start", "gift"})  # what most people will want to tap


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """One button, rendered, or one that was tapped."""

    action: str
    subject: str  # a job's or draft's id; "" where the action has none
    private: bool = False  # whether what follows from it is for the asker's eyes only
    label: str = ""

    @property
    def id(self) -> str:
        """`again:K7Q2`, in a private place `again:K7Q2:p`."""
        return ":".join((self.action, self.subject, *([PRIVATE] if self.private else [])))


def taps(found: Iterable[replies.Button], *, label: Callable[[replies.Text], str], private: bool) -> tuple[Tap, ...]:
    """As many buttons as a message has room for, each once."""
    made: dict[str, Tap] = {}
    for button in found:
        shown = _cut(label(button.label), LABEL)
        tap = Tap(action=button.action, subject=button.subject, private=private, label=shown)
        if len(tap.id) <= ID:
            made.setdefault(tap.id, tap)
    return tuple(made.values())[: ROWS * IN_ROW]


def read(custom_id: str) -> Tap | None:
    """The button with this id; None for one that is not ours."""
    action, colon, rest = custom_id.partition(":")
    if not action or not colon:
        return None
    subject = rest.removesuffix(f":{PRIVATE}")
    return Tap(action=action, subject=subject, private=subject != rest)


def view(found: Sequence[Tap]) -> discord.ui.View | None:
    """The buttons in rows; None without any."""
    if not found:
        return None
    made = discord.ui.View(timeout=None)
    for index, tap in enumerate(found):
        style = discord.ButtonStyle.primary if tap.action in PRIMARY else discord.ButtonStyle.secondary
        made.add_item(discord.ui.Button(label=tap.label, custom_id=tap.id, style=style, row=index // IN_ROW))
    made.stop()  # taps come as events: the library need not keep the view to wait for them
    return made


def _cut(label: str, most: int) -> str:
    return label if len(label) <= most else f"{label[: most - 1].rstrip()}…"
