"""People: users, and what they look like in Discord's JSON."""

from dataclasses import dataclass

from tests.discord_server.refusals import Json


@dataclass(slots=True, kw_only=True)
class User:
    """Somebody with an account, or the bot."""

    id: int
    name: str
    bot: bool = False
    locale: str = "en-US"
    dms_open: bool = True  # False: messages to them are answered with 50007

    def json(self) -> Json:
        return {
            "id": str(self.id),
            "username": self.name.lower(),
            "global_name": None if self.bot else self.name,
            "discriminator": "0000" if self.bot else "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
            "flags": 0,
            "avatar_decoration_data": None,
            "primary_guild": None,
            "clan": None,
        }
