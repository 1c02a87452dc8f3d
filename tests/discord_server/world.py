"""Everything there is: people, guilds, places, messages, interactions, commands, and who listens."""

import asyncio
from dataclasses import dataclass, field

from tests.discord_server import permissions, schema
from tests.discord_server.attachments import Attachment, File, Links
from tests.discord_server.clock import Clock
from tests.discord_server.faults import Faults
from tests.discord_server.gateway import Gateway
from tests.discord_server.guilds import Guild
from tests.discord_server.interactions import Interaction
from tests.discord_server.limits import Limits
from tests.discord_server.messages import Message
from tests.discord_server.options import Options
from tests.discord_server.people import User
from tests.discord_server.places import DM, Place
from tests.discord_server.record import Record
from tests.discord_server.refusals import Json, missing_access, unknown


class Changes:
    """Counts what a person could notice, so that a test can wait for the next."""

    def __init__(self) -> None:
        self.count = 0
        self._next: asyncio.Event = asyncio.Event()

    def note(self) -> None:
        self.count += 1
        self._next.set()
        self._next = asyncio.Event()

    async def past(self, count: int, *, timeout_s: float) -> int:
        """The count, as soon as it is larger than this one or the time is up."""
        try:
            async with asyncio.timeout(timeout_s):
                while self.count <= count:
                    await self._next.wait()
        except TimeoutError:
            pass
        return self.count


@dataclass(slots=True)
class Commands:
    """What the bot has registered, by guild; None is global."""

    lists: dict[int | None, list[Json]] = field(default_factory=dict)
    writes: int = 0


class World:
    """The state of a played Discord; links and addresses are known once it listens."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.clock = Clock()
        self.schema = schema.load(options.spec)
        self.record = Record(path=options.record)
        self.faults = Faults()
        self.limits = Limits(options)
        self.changes = Changes()
        self.commands = Commands()
        self.bot = User(id=options.application_id, name=options.bot_name, bot=True)
        self.owner = User(id=options.application_id + 1, name="Owner")
        self.users: dict[int, User] = {self.bot.id: self.bot, self.owner.id: self.owner}
        self.guilds: dict[int, Guild] = {}
        self.places: dict[int, Place] = {}
        self.messages: dict[int, Message] = {}
        self.attachments: dict[int, Attachment] = {}
        self.interactions: dict[int, Interaction] = {}
        self.nonces: dict[tuple[int, str], int] = {}  # place and nonce → message
        self.gateway = Gateway(self)
        self.listens("http://127.0.0.1:0")

    def listens(self, base: str) -> None:
        """Say where it is reached."""
        self.api_url = f"{base}/api/v10"
        self.cdn_url = f"{base}/cdn"
        self.gateway_url = f"ws{base.removeprefix('http')}/gateway"
        self.control_url = f"{base}/control"
        self.links = Links(self.cdn_url, lives_s=self.options.link_lives_s)

    def user(self, user_id: int) -> User:
        if user_id not in self.users:
            raise unknown("User")
        return self.users[user_id]

    def guild(self, guild_id: int) -> Guild:
        if guild_id not in self.guilds:
            raise unknown("Guild")
        return self.guilds[guild_id]

    def place(self, place_id: int) -> Place:
        if place_id not in self.places:
            raise unknown("Channel")
        return self.places[place_id]

    def message(self, message_id: int, place_id: int | None = None) -> Message:
        found = self.messages.get(message_id)
        if found is None or place_id not in (None, found.place_id):
            raise unknown("Message")
        return found

    def standing(self, place_id: int) -> list[Message]:
        """The messages of a place, oldest first."""
        return sorted((one for one in self.messages.values() if one.place_id == place_id), key=lambda one: one.id)

    def bot_guilds(self) -> list[Guild]:
        return [guild for guild in self.guilds.values() if self.bot.id in guild.members]

    def permissions(self, user_id: int, place: Place) -> int:
        """What somebody may in a place; 0 for who isn't there."""
        if place.guild_id is None:
            there = place.is_with(user_id) or user_id == self.bot.id == place.owner_id
            return permissions.mask(permissions.COMMON) if there else 0
        guild = self.guild(place.guild_id)
        granted = guild.granted(user_id)
        if granted == permissions.ALL or user_id not in guild.members:
            return granted
        carrier = self.places[place.parent_id] if place.is_thread and place.parent_id else place
        roles = [guild.id, *guild.members[user_id].roles]
        for target in (*roles, user_id):
            if one := carrier.overwrites.get(target):
                granted = granted & ~one.deny | one.allow
        return granted

    def visible_place(self, place_id: int) -> Place:
        """A place the bot can see."""
        place = self.place(place_id)
        if not permissions.has(self.permissions(self.bot.id, place), "view_channel"):
            raise missing_access()
        return place

    def take_in(self, file: File, place_id: int, *, ephemeral: bool = False) -> Attachment:
        """Put a file on the CDN."""
        made = Attachment(id=self.clock.snowflake(), channel_id=place_id, file=file, ephemeral=ephemeral)
        self.attachments[made.id] = made
        return made

    def direct(self, user_id: int) -> Place:
        """The bot's DM with somebody, opened when there is none yet."""
        for place in self.places.values():
            if place.type == DM and place.owner_id == self.bot.id and place.is_with(user_id):
                return place
        recipients = [self.user(user_id)]
        made = Place(
            id=self.clock.snowflake(), type=DM, owner_id=self.bot.id, recipients=recipients, created=self.clock.now()
        )
        self.places[made.id] = made
        return made

    def size_limit(self, guild_id: int | None) -> int:
        """Bytes one attachment may have there."""
        default = self.options.attachment_size_limit
        return default if guild_id is None else self.guilds[guild_id].size_limit(default)
