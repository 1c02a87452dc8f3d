"""Doors to what people do: speak, call commands, press buttons, send modals."""

import secrets
from typing import Any

from tests.discord_server import interactions, invocations, messages, permissions, posting, rendering
from tests.discord_server.attachments import File
from tests.discord_server.interactions import Interaction
from tests.discord_server.invocations import Filling, Impossible
from tests.discord_server.options import MEBIBYTE
from tests.discord_server.places import Place
from tests.discord_server.refusals import Json
from tests.discord_server.world import World

PERSONS_LIMIT = 500 * MEBIBYTE  # of one file, with the dearest subscription
BUTTON = 2


class ActionDoors:
    """Every interaction is answered with its id; `answered` waits for what came back."""

    world: World

    async def say(
        self,
        user: int,
        channel: int,
        content: str = "",
        *,
        files: list[File] | None = None,
        reply_to: int | None = None,
    ) -> int:
        """Somebody posts a message; its id."""
        payload: Json = {"content": content}
        if reply_to is not None:
            payload["message_reference"] = {"message_id": str(reply_to)}
        body = posting.Body(payload=payload, files=dict(enumerate(files or [])))
        defaults = posting.CHANNEL_MENTIONS
        place = self.world.place(channel)
        made = posting.create(self.world, place, user, body, limit=PERSONS_LIMIT, defaults=defaults)
        await posting.publish(self.world, made)
        return made.id

    async def slash(
        self,
        user: int,
        channel: int,
        name: str,
        options: dict[str, Any] | None = None,
        *,
        locale: str | None = None,
        size_limit: int | None = None,
        user_installed: bool = False,
    ) -> int:
        """Somebody calls a registered slash command, `name sub` for a subcommand; files are given as File."""
        place, owners = self._where(channel, user, user_installed)
        data = invocations.command_data(self.world, place, name, options or {}, owners=owners)
        return await self._begin(interactions.COMMAND, user, place, data, owners, locale=locale, size_limit=size_limit)

    async def autocomplete(
        self,
        user: int,
        channel: int,
        name: str,
        focused: str,
        options: dict[str, Any] | None = None,
        *,
        locale: str | None = None,
        user_installed: bool = False,
    ) -> int:
        """Somebody types in the focused option of a slash command."""
        place, owners = self._where(channel, user, user_installed)
        given = {focused: "", **(options or {})}
        data = invocations.command_data(self.world, place, name, given, owners=owners, focused=focused)
        return await self._begin(interactions.AUTOCOMPLETE, user, place, data, owners, locale=locale)

    async def message_menu(
        self,
        user: int,
        message: int,
        name: str,
        *,
        locale: str | None = None,
        size_limit: int | None = None,
        user_installed: bool = False,
    ) -> int:
        """Somebody calls a command from a message's context menu."""
        found = self._visible(message, user)
        place, owners = self._where(found.place_id, user, user_installed)
        command = invocations.find(self.world, name, kind=3, place=place, owners=owners)
        filling = Filling(world=self.world, place=place, focused=None)
        filling.note_message(message)
        data = {"id": command["id"], "name": name, "type": 3, "target_id": str(message), "resolved": filling.resolved}
        return await self._begin(interactions.COMMAND, user, place, data, owners, locale=locale, size_limit=size_limit)

    async def user_menu(self, user: int, channel: int, target: int, name: str) -> int:
        """Somebody calls a command from a person's context menu."""
        place, owners = self._where(channel, user, False)
        command = invocations.find(self.world, name, kind=2, place=place, owners=owners)
        filling = Filling(world=self.world, place=place, focused=None)
        filling.note_user(target)
        data = {"id": command["id"], "name": name, "type": 2, "target_id": str(target), "resolved": filling.resolved}
        return await self._begin(interactions.COMMAND, user, place, data, owners)

    async def press(
        self,
        user: int,
        message: int,
        custom_id: str = "",
        *,
        label: str = "",
        locale: str | None = None,
        size_limit: int | None = None,
    ) -> int:
        """Somebody presses a button they see, found by custom_id or by a label that begins so."""
        found = self._visible(message, user)
        shown = messages.buttons(found.components)
        fitting = [one for one in shown if one.custom_id and (one.custom_id == custom_id or _begins(one.label, label))]
        if len(fitting) != 1 or fitting[0].disabled:
            raise Impossible(f"not exactly one enabled button {custom_id or label!r} among {shown}")
        data = {"custom_id": fitting[0].custom_id, "component_type": BUTTON, "id": 1}
        return await self._component(user, found, data, locale=locale, size_limit=size_limit)

    async def select(self, user: int, message: int, custom_id: str, values: list[str]) -> int:
        """Somebody chooses in a string select they see."""
        found = self._visible(message, user)
        shown = [one for one in messages.flat(found.components) if one.get("type") == 3]
        menu = next((one for one in shown if one["custom_id"] == custom_id and not one.get("disabled")), None)
        if menu is None or not {one["value"] for one in menu["options"]} >= set(values):
            raise Impossible(f"no select {custom_id!r} with {values} among {shown}")
        data = {"custom_id": custom_id, "component_type": 3, "id": 1, "values": values}
        return await self._component(user, found, data)

    async def submit_modal(self, user: int, interaction: int, values: dict[str, str]) -> int:
        """Somebody sends the modal that answered this interaction; values by custom_id."""
        parent = self.world.interactions[interaction]
        data = invocations.modal_data(parent, values)
        place = self.world.place(parent.place_id)
        return await self._begin(
            interactions.MODAL, user, place, data, parent.owners,
            locale=parent.locale, size_limit=parent.size_limit, source=parent.source_id, parent=parent.id,
        )  # fmt: skip

    async def _component(
        self,
        user: int,
        found: messages.Message,
        data: Json,
        *,
        locale: str | None = None,
        size_limit: int | None = None,
    ) -> int:
        made_by = self.world.interactions.get(found.interaction_id or 0)
        place, owners = self._where(found.place_id, user, made_by is not None and made_by.user_installed_only)
        return await self._begin(
            interactions.COMPONENT, user, place, data, owners, locale=locale, size_limit=size_limit, source=found.id
        )

    def _visible(self, message: int, user: int) -> messages.Message:
        found = self.world.message(message)
        if not rendering.visible(self.world, found, user):
            raise Impossible(f"user {user} doesn't see message {message}")
        return found

    def _where(self, channel: int, user: int, user_installed: bool) -> tuple[Place, Json]:
        """The place and who installed the app there."""
        place = self.world.place(channel)
        owners = {"1": str(user)} if user_installed else {}
        if place.guild_id is not None:
            if user not in self.world.guild(place.guild_id).members:
                raise Impossible(f"user {user} isn't a member of guild {place.guild_id}")
            if self.world.bot.id in self.world.guild(place.guild_id).members:
                owners["0"] = str(place.guild_id)
        elif place.owner_id == self.world.bot.id:
            owners.setdefault("0", "0")
        if not owners:
            raise Impossible("the bot isn't here, and it wasn't said to be installed by the user")
        return place, owners

    async def _begin(
        self,
        kind: int,
        user: int,
        place: Place,
        data: Json,
        owners: Json,
        *,
        locale: str | None = None,
        size_limit: int | None = None,
        source: int | None = None,
        parent: int | None = None,
    ) -> int:
        id = self.world.clock.snowflake()
        one = Interaction(
            id=id,
            token=f"aW50ZXJhY3Rpb246{id}{secrets.token_urlsafe(96)}",
            type=kind,
            user_id=user,
            place_id=place.id,
            guild_id=place.guild_id,
            data=data,
            created=self.world.clock.now(),
            locale=locale or self.world.user(user).locale,
            owners=owners,
            size_limit=size_limit or self.world.size_limit(place.guild_id),
            source_id=source,
            parent_id=parent,
            forced_ephemeral="0" not in owners and not self._may_use_external_apps(user, place),
        )
        self.world.interactions[id] = one
        await self.world.gateway.dispatch("INTERACTION_CREATE", interactions.payload(self.world, one))
        return id

    def _may_use_external_apps(self, user: int, place: Place) -> bool:
        return permissions.has(self.world.permissions(user, place), "use_external_apps")


def _begins(text: str, start: str) -> bool:
    return bool(start) and text.startswith(start)
