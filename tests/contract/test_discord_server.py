"""The played Discord, tried by the real discord.py."""

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias

import discord
import pytest
from discord import app_commands

from tests import discord_server
from tests.discord_server import Discord, File, kit

TOKEN = "MTEw.played.token-of-the-bot"
PICTURE = b"\x89PNG not really a picture"
Act: TypeAlias = Callable[[discord.Interaction], Awaitable[Any]]


class Bot(discord.Client):
    """A small bot: one slash command that does what the test says."""

    def __init__(self, act: Act | None = None, **options: Any) -> None:
        super().__init__(intents=discord.Intents.default(), guild_ready_timeout=0.1, **options)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[int] = []
        self.failed: list[BaseException] = []
        self._act = act

        @self.tree.command(description="Paints a picture.")
        async def image(
            interaction: discord.Interaction, prompt: str, picture: discord.Attachment | None = None
        ) -> None:
            try:
                assert self._act is not None
                await self._act(interaction)
            except BaseException as error:
                self.failed.append(error)

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message.id)


@pytest.fixture
async def served() -> AsyncIterator[Discord]:
    async with discord_server.serve(discord_server.Options(token=TOKEN)) as served:
        with kit.pointed(served):
            yield served


async def test_login_ready_and_command_sync(served: Discord) -> None:
    scene = await kit.scene(served)
    bot = Bot()
    async with kit.running(bot, TOKEN):
        await bot.tree.sync()
        guild = bot.get_guild(scene.guild)
        assert guild is not None
        assert [one.name for one in guild.text_channels] == ["art"]
        assert guild.me.guild_permissions.send_messages
    assert [one["name"] for one in await served.commands()] == ["image"]
    assert await served.command_writes() == 1
    assert await served.refusals() == []


async def test_a_slash_command_is_deferred_and_followed_up_with_files(served: Discord) -> None:
    scene = await kit.scene(served)

    async def act(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        picture: discord.Attachment = interaction.namespace.picture
        file = discord.File(io.BytesIO(await picture.read() * 2), "雪狐.png", description="a fox")
        await interaction.followup.send("here it is", file=file)
        await interaction.followup.send("only you see this", ephemeral=True)

    async with kit.running(bot := Bot(act), TOKEN):
        await bot.tree.sync()
        options = {"prompt": "a fox", "picture": File(name="face.png", data=PICTURE)}
        interaction = await served.slash(scene.mia, scene.channel, "image", options)
        first, second = await served.wait_messages(scene.channel, 2, as_user=scene.mia)
    assert bot.failed == []
    assert (first.content, first.ephemeral, first.edits) == ("here it is", False, 1)
    assert [(one.name, one.content_type, served.file(one.id)) for one in first.files] == [
        ("雪狐.png", "image/png", PICTURE * 2)
    ]
    assert (second.content, second.ephemeral, second.reference) == ("only you see this", True, first.id)
    assert (await served.interaction(interaction)).answered == 5
    assert [one.id for one in await served.messages(scene.channel)] == [first.id]
    assert await served.refusals() == []
