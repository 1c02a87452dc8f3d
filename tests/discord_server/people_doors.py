"""Doors to people and places: who and what there is."""

from tests.discord_server import gateway, identify, permissions, posting, threads
from tests.discord_server.guilds import Guild, Member, Role
from tests.discord_server.people import User
from tests.discord_server.places import DM, GROUP, PRIVATE_THREAD, PUBLIC_THREAD, TEXT, Overwrite, Place
from tests.discord_server.refusals import Json
from tests.discord_server.world import World


class PeopleDoors:
    """Everything is named by its id."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def user(self, name: str, *, locale: str = "en-US", dms_open: bool = True) -> int:
        """A new person."""
        made = User(id=self.world.clock.snowflake(), name=name, locale=locale, dms_open=dms_open)
        self.world.users[made.id] = made
        return made.id

    async def change_user(self, user: int, *, dms_open: bool | None = None, locale: str | None = None) -> None:
        """Open or close somebody's DMs, or change their language."""
        found = self.world.user(user)
        found.dms_open = found.dms_open if dms_open is None else dms_open
        found.locale = locale or found.locale

    async def guild(
        self,
        name: str = "Pixel Club",
        *,
        members: list[int] | None = None,
        owner: int | None = None,
        locale: str = "en-US",
        premium_tier: int = 0,
        bot: bool = True,
        bot_permissions: list[str] | None = None,
    ) -> int:
        """A new guild; with bot=False the bot was never invited. bot_permissions: None for the common ones."""
        world, id = self.world, self.world.clock.snowflake()
        everyone = Role(id=id, name="@everyone", permissions=permissions.mask(permissions.COMMON))
        made = Guild(
            id=id,
            name=name,
            owner_id=owner or world.owner.id,
            locale=locale,
            premium_tier=premium_tier,
            roles={id: everyone},
        )
        world.guilds[id] = made
        for member in dict.fromkeys([made.owner_id, *(members or [])]):
            made.members[member] = Member(user=world.user(member), joined=world.clock.now())
        if bot:
            names = permissions.COMMON if bot_permissions is None else bot_permissions
            role = Role(id=world.clock.snowflake(), name=world.bot.name, permissions=permissions.mask(names))
            made.roles[role.id] = role
            made.members[world.bot.id] = Member(user=world.bot, joined=world.clock.now(), roles=[role.id])
            await self._tell_guild(made)
        return id

    async def _tell_guild(self, guild: Guild) -> None:
        data = identify.guild_create(self.world, guild)
        await self.world.gateway.dispatch("GUILD_CREATE", data, intents=gateway.GUILDS)

    async def join(self, guild: int, user: int | None = None) -> None:
        """Somebody, or the bot, becomes a member."""
        found, who = self.world.guild(guild), self.world.user(user or self.world.bot.id)
        found.members[who.id] = Member(user=who, joined=self.world.clock.now())
        if who is self.world.bot:
            await self._tell_guild(found)
        elif self.world.bot.id in found.members:
            data = found.members[who.id].json() | {"guild_id": str(guild)}
            await self.world.gateway.dispatch("GUILD_MEMBER_ADD", data, intents=gateway.MEMBERS)

    async def leave(self, guild: int, user: int | None = None) -> None:
        """Somebody, or the bot, is no longer a member."""
        found, who = self.world.guild(guild), self.world.user(user or self.world.bot.id)
        del found.members[who.id]
        if who is self.world.bot:
            await self.world.gateway.dispatch("GUILD_DELETE", {"id": str(guild)}, intents=gateway.GUILDS)
        elif self.world.bot.id in found.members:
            data = {"guild_id": str(guild), "user": who.json()}
            await self.world.gateway.dispatch("GUILD_MEMBER_REMOVE", data, intents=gateway.MEMBERS)

    async def change_guild(self, guild: int, *, premium_tier: int | None = None, locale: str | None = None) -> None:
        """Boost a guild or change its language."""
        found = self.world.guild(guild)
        found.premium_tier = found.premium_tier if premium_tier is None else premium_tier
        found.locale = locale or found.locale
        await self.world.gateway.dispatch("GUILD_UPDATE", found.json(), intents=gateway.GUILDS)

    async def role(self, guild: int, name: str, *, grants: list[str] | None = None, mentionable: bool = False) -> int:
        """A new role."""
        granted = permissions.mask(grants or [])
        made = Role(id=self.world.clock.snowflake(), name=name, permissions=granted, mentionable=mentionable)
        self.world.guild(guild).roles[made.id] = made
        data = {"guild_id": str(guild), "role": made.json()}
        await self._tell(guild, "GUILD_ROLE_CREATE", data)
        return made.id

    async def give_role(self, guild: int, user: int, role: int) -> None:
        """Somebody, the bot too, gets a role."""
        member = self.world.guild(guild).members[user]
        member.roles.append(role)
        await self._tell(guild, "GUILD_MEMBER_UPDATE", member.json() | {"guild_id": str(guild)})

    async def channel(self, guild: int, name: str = "general", *, nsfw: bool = False) -> int:
        """A new text channel."""
        self.world.guild(guild)
        made = self._place(Place(
            id=self.world.clock.snowflake(),
            type=TEXT,
            name=name,
            guild_id=guild,
            nsfw=nsfw,
            created=self.world.clock.now(),
        ))  # fmt: skip
        await self._tell(guild, "CHANNEL_CREATE", made.json())
        return made.id

    def _place(self, place: Place) -> Place:
        self.world.places[place.id] = place
        return place

    async def _tell(self, guild: int, event: str, data: Json) -> None:
        if self.world.bot.id in self.world.guild(guild).members:
            await self.world.gateway.dispatch(event, data, intents=gateway.GUILDS)

    async def thread(
        self, channel: int, name: str = "thread", *, owner: int | None = None, private: bool = False
    ) -> int:
        """A new thread."""
        parent = self.world.place(channel)
        kind = PRIVATE_THREAD if private else PUBLIC_THREAD
        begun_by = owner or self.world.owner.id
        return (await threads.begin(self.world, parent=parent, name=name, owner_id=begun_by, kind=kind)).id

    async def change_thread(self, thread: int, *, archived: bool = False, locked: bool = False) -> None:
        """Archive, lock, or open a thread again."""
        place = self.world.place(thread)
        place.archived, place.locked = archived, locked
        await self.world.gateway.dispatch("THREAD_UPDATE", place.json(), intents=gateway.GUILDS)

    async def dm(self, user: int) -> int:
        """Somebody's DM with the bot, the same one every time."""
        return self.world.direct(user).id

    async def private(self, people: list[int]) -> int:
        """A DM (two people) or group among people, without the bot."""
        recipients = [self.world.user(one) for one in people]
        kind = DM if len(people) == 2 else GROUP
        owner = people[0] if kind == GROUP else None
        id, now = self.world.clock.snowflake(), self.world.clock.now()
        return self._place(Place(id=id, type=kind, recipients=recipients, owner_id=owner, created=now)).id

    async def permit(
        self, channel: int, target: int, *, allow: list[str] | None = None, deny: list[str] | None = None
    ) -> None:
        """Overwrite what a role (the guild's id is @everyone) or a person, the bot too, may in a channel."""
        place = self.world.place(channel)
        is_role = target in self.world.guild(place.guild_id or 0).roles
        one = Overwrite(is_role=is_role, allow=permissions.mask(allow or []), deny=permissions.mask(deny or []))
        place.overwrites[target] = one
        await self._tell(place.guild_id or 0, "CHANNEL_UPDATE", place.json())

    async def delete_channel(self, channel: int) -> None:
        """A channel or thread goes, with its messages."""
        place = self.world.place(channel)
        for message in self.world.standing(channel):
            del self.world.messages[message.id]
        del self.world.places[channel]
        event = "THREAD_DELETE" if place.is_thread else "CHANNEL_DELETE"
        if place.guild_id is not None:
            await self._tell(place.guild_id, event, place.json())
        self.world.changes.note()

    async def delete_message(self, message: int) -> None:
        """Somebody deletes a message."""
        await posting.remove(self.world, self.world.message(message))
