"""Interactions: what a person did, waiting for an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from tests.discord_server import permissions, rendering
from tests.discord_server.refusals import Json

if TYPE_CHECKING:
    from tests.discord_server.world import World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
Context: TypeAlias = Literal["guild", "bot_dm", "private"]
CONTEXTS = {"guild": 0, "bot_dm": 1, "private": 2}


@dataclass(slots=True, kw_only=True)
class Interaction:
    """One interaction, and what came back."""

    id: int
    token: str
    type: int
    user_id: int
    place_id: int
    guild_id: int | None
    data: Json
    created: datetime
    locale: str
    owners: Json  # installation type → who installed, "0" a guild, "1" a person
    size_limit: int  # bytes per attachment
    source_id: int | None = None  # the message a component stands on
    parent_id: int | None = None  # the interaction whose answer was the modal
    answered: int | None = None  # the callback's type
    answered_after_s: float | None = None
    original_id: int | None = None  # the message @original means
    followups: int = 0  # made
    deferred: bool = False  # the first followup still edits the original
    killed: bool = False
    forced_ephemeral: bool = False  # a user install where the person may not use external apps
    choices: list[Json] | None = None
    modal: Json | None = None
    posted: list[int] = field(default_factory=list)  # messages made with its token

    @property
    def user_installed_only(self) -> bool:
        return "0" not in self.owners

    def metadata(self, world: World) -> Json:
        """As a message says which interaction it answers."""
        return {
            "id": str(self.id),
            "type": self.type,
            "user": world.users[self.user_id].json(),
            "authorizing_integration_owners": self.owners,
            **({"interacted_message_id": str(self.source_id)} if self.type == COMPONENT else {}),
            **({"name": self.data["name"]} if self.type == COMMAND else {}),
            **self._trigger(world),
        }

    def _trigger(self, world: World) -> Json:
        parent = world.interactions.get(self.parent_id or 0)
        return {"triggering_interaction_metadata": parent.metadata(world)} if parent else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionSeen:
    """An interaction in front of a test."""

    id: int
    token: str
    user_id: int
    channel_id: int
    answered: int | None  # the callback's type: 4 message, 5 deferred, 6 deferred edit, 7 edit, 8 choices, 9 modal
    answered_after_s: float | None  # by the server's clock
    original_id: int | None
    message_ids: list[int]  # everything posted with its token, the original too
    followups: int
    choices: list[Json] | None
    modal: Json | None


def seen(one: Interaction) -> InteractionSeen:
    return InteractionSeen(
        id=one.id,
        token=one.token,
        user_id=one.user_id,
        channel_id=one.place_id,
        answered=one.answered,
        answered_after_s=one.answered_after_s,
        original_id=one.original_id,
        message_ids=list(one.posted),
        followups=one.followups,
        choices=one.choices,
        modal=one.modal,
    )


def payload(world: World, one: Interaction) -> Json:
    """INTERACTION_CREATE, whole."""
    place, user = world.places[one.place_id], world.users[one.user_id]
    allowed = str(world.permissions(one.user_id, place))
    body: Json = {
        "id": str(one.id),
        "application_id": str(world.options.application_id),
        "type": one.type,
        "token": one.token,
        "version": 1,
        "data": one.data,
        "channel_id": str(place.id),
        "channel": place.json() | {"permissions": allowed},
        "app_permissions": str(_app_permissions(world, one)),
        "locale": one.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": one.owners,
        "context": _context(world, one),
        "attachment_size_limit": one.size_limit,
    }
    if one.source_id is not None:
        body["message"] = rendering.render(world, world.messages[one.source_id])
    if one.guild_id is None:
        return body | {"user": user.json()}
    guild = world.guilds[one.guild_id]
    member = guild.members[one.user_id].json() | {"permissions": allowed}
    return body | {
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
        "guild_locale": guild.locale,
        "member": member,
    }


def _app_permissions(world: World, one: Interaction) -> int:
    """The bot's in a guild that has it, else what the person's own permissions let an app do."""
    place = world.places[one.place_id]
    return world.permissions(world.bot.id, place) or permissions.mask(permissions.COMMON)


def _context(world: World, one: Interaction) -> int:
    if one.guild_id is not None:
        return CONTEXTS["guild"]
    place = world.places[one.place_id]
    return CONTEXTS["bot_dm" if place.owner_id == world.bot.id else "private"]


def focused(data: Json) -> Json:
    """The option somebody is typing in."""
    options: list[Json] = data.get("options") or []
    for option in options:
        if option.get("focused"):
            return option
        if option.get("options"):
            return focused(option)
    raise ValueError("no option is focused")
