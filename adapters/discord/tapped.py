"""The message whose button was tapped: what becomes of it when the tap has settled what it was about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import discord

from adapters.discord import buttons
from bot import replies

NO = frozenset({"dismiss", "decline", "unjoin_not", "forget_not"})  # what has one of these is one question
SETTLING = NO | {"start", "cancel", "gift", "unjoin", "forget"}  # after these its buttons do nothing any more
SETTLED = frozenset(  # errors that say the same
    {
        "error.draft_gone",
        "error.no_such_draft",
        "error.no_such_promise",
        "error.promise_kept",
        "error.promise_late",
    }
)


class Fate(StrEnum):
    """What becomes of a tapped message."""

    KEPT = "kept"  # it stays, and what is said stands below
    REPLACED = "replaced"  # it says what became of it
    BARED = "bared"  # it only loses its buttons: what is said is for more eyes than it has


@dataclass(frozen=True, slots=True, kw_only=True)
class Tapped:
    """A message and the button of it that was tapped."""

    tap: buttons.Tap
    message: int
    ephemeral: bool  # only who tapped sees it
    direct: bool  # it stands in direct messages with the bot
    alone: bool  # it is one question, or all its buttons are about the same as this one

    def fate(self, reply: replies.Reply, *, private: bool) -> Fate:
        """What becomes of it when this is the answer, shown to who tapped alone or not."""
        if self.tap.action not in SETTLING or not self.alone or not _settles(reply):
            return Fate.KEPT
        if private == self.ephemeral or (private and self.direct):
            return Fate.REPLACED
        return Fate.BARED if self.ephemeral else Fate.KEPT


def _settles(reply: replies.Reply) -> bool:
    """Whether nothing is left to be done with the buttons; most errors leave everything as it was."""
    error = reply.facts.get("error")
    return reply.kind != "error" or (isinstance(error, Mapping) and error.get("key") in SETTLED)


def of(interaction: discord.Interaction, tap: buttons.Tap) -> Tapped | None:
    """The message that was tapped; None where Discord tells of none."""
    if (message := interaction.message) is None:
        return None
    return Tapped(
        tap=tap,
        message=message.id,
        ephemeral=message.flags.ephemeral,
        direct=interaction.context.dm_channel is True,
        alone=_is_about(taps(message), tap.subject),
    )


def _is_about(found: Sequence[buttons.Tap | None], subject: str) -> bool:
    if any(one is not None and one.action in NO for one in found):
        return True
    return all(one is not None and one.subject == subject for one in found)


def taps(message: discord.Message) -> Sequence[buttons.Tap | None]:
    """Its buttons, None for those that are not ours."""
    rows = (row for row in message.components if isinstance(row, discord.ActionRow))
    found = (one for row in rows for one in row.children if isinstance(one, discord.Button))
    return [buttons.read(one.custom_id or "") for one in found]


def shows(message: discord.Message, job: str) -> bool:
    """Whether it says that this job waits or is made, and nothing else: it can be cancelled there."""
    found = taps(message)
    return any(one is not None and one.action == "cancel" for one in found) and all(
        one is not None and one.subject == job for one in found
    )
