"""The played Discord, tried by the real discord.py."""

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias

import aiohttp
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


async def test_autocomplete_menu_button_and_modal(served: Discord) -> None:
    scene = await kit.scene(served)

    class Form(discord.ui.Modal, title="Edit"):
        words: discord.ui.TextInput["Form"] = discord.ui.TextInput(label="Words", custom_id="words", max_length=50)

        async def on_submit(self, interaction: discord.Interaction) -> None:
            await interaction.response.edit_message(content=f"now {self.words.value}", view=None)

    class Buttons(discord.ui.View):
        @discord.ui.button(label="Edit", custom_id="edit:1")
        async def edit(self, interaction: discord.Interaction, _: "discord.ui.Button[Buttons]") -> None:
            await interaction.response.send_modal(Form())

    bot = Bot()

    @bot.tree.command(description="Lists models.")
    async def models(interaction: discord.Interaction, name: str) -> None: ...

    @models.autocomplete("name")
    async def complete(interaction: discord.Interaction, text: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{text}-{interaction.locale.value}", value="kling-v3")]

    @bot.tree.context_menu(name="Edit picture")
    async def menu(interaction: discord.Interaction, message: discord.Message) -> None:
        names = ", ".join(one.filename for one in message.attachments)
        await interaction.response.send_message(f"{message.content}: {names}", view=Buttons())

    async with kit.running(bot, TOKEN):
        bot.add_view(Buttons(timeout=None))
        await bot.tree.sync()
        typed = await served.autocomplete(scene.mia, scene.channel, "models", "name", {"name": "kl"}, locale="zh-CN")
        assert (await served.answered(typed)).choices == [{"name": "kl-zh-CN", "value": "kling-v3"}]
        picture = File(name="fox.png", data=PICTURE)
        message = await served.say(scene.mia, scene.channel, "look", files=[picture])
        await served.answered(await served.message_menu(scene.mia, message, "Edit picture"))
        answer = (await served.messages(scene.channel))[-1]
        assert answer.content == "look: fox.png"
        assert [(one.label, one.custom_id) for one in answer.buttons] == [("Edit", "edit:1")]
        pressed = await served.press(scene.mia, answer.id, label="Edit")
        assert (await served.answered(pressed)).answered == 9
        sent = await served.submit_modal(scene.mia, pressed, {"words": "blue"})
        assert (await served.answered(sent)).answered == 7
    edited = await served.message(answer.id)
    assert (edited.content, edited.buttons, edited.edits) == ("now blue", [], 1)
    assert await served.refusals() == []


async def test_a_token_dies_after_fifteen_minutes(served: Discord) -> None:
    scene = await kit.scene(served)
    codes: list[tuple[int, int]] = []

    async def act(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await served.advance(16 * 60)
        for attempt in (interaction.followup.send("late"), interaction.edit_original_response(content="late")):
            with pytest.raises(discord.HTTPException) as refused:
                await attempt
            codes.append((refused.value.status, refused.value.code))

    async with kit.running(bot := Bot(act), TOKEN):
        await bot.tree.sync()
        await served.slash(scene.mia, scene.channel, "image", {"prompt": "a fox"})
        await served.until(lambda: len(codes) == 2 or bot.failed)
    assert (codes, bot.failed) == ([(401, 50027)] * 2, [])
    (loading,) = await served.messages(scene.channel)
    assert (loading.loading, loading.content) == (True, "")


async def test_a_late_first_answer_and_a_second_one_are_refused(served: Discord) -> None:
    scene = await kit.scene(served)
    codes: list[tuple[int, int]] = []

    async def act(interaction: discord.Interaction) -> None:
        if interaction.namespace.prompt == "late":
            await served.advance(4)
        else:
            await interaction.response.send_message("first")
            interaction.response._response_type = None
        with pytest.raises(discord.HTTPException) as refused:
            await interaction.response.send_message("refused")
        codes.append((refused.value.status, refused.value.code))

    async with kit.running(bot := Bot(act), TOKEN):
        await bot.tree.sync()
        for number, prompt in enumerate(("late", "twice"), start=1):
            await served.slash(scene.mia, scene.channel, "image", {"prompt": prompt})
            await served.until(lambda number=number: len(codes) == number or bot.failed)  # type: ignore[misc]
    assert (codes, bot.failed) == ([(404, 10062), (400, 40060)], [])
    assert [one.content for one in await served.messages(scene.channel)] == ["first"]


async def test_discord_py_obeys_rate_limits(served: Discord) -> None:
    scene = await kit.scene(served)
    async with kit.running(bot := Bot(), TOKEN):
        channel = bot.get_partial_messageable(scene.channel)
        await served.limit(limit=2, per_s=0.3, method="POST", path="/channels/*/messages")
        for number in range(5):
            await channel.send(str(number))
        await served.fault("rate_limit", retry_after_s=0.2, method="POST", path="/channels/*/messages")
        await channel.send("5")
        await served.fault("rate_limit", retry_after_s=0.2, is_global=True)
        await channel.send("6")
    assert [one.content for one in await served.messages(scene.channel)] == list("0123456")
    assert await served.refusals() == []
    statuses = [one.status for one in await served.requests(method="POST", contains="/messages")]
    assert sorted(one for one in statuses if one) == [200] * 7 + [429] * 2


async def test_what_is_sent_while_limited_is_noted(served: Discord) -> None:
    await served.limit(limit=1, per_s=5, method="GET", path="/users/@me")
    url, headers = f"{served.api}/users/@me", {"Authorization": f"Bot {TOKEN}"}
    async with aiohttp.ClientSession(headers=headers) as http, http.get(url) as first, http.get(url) as second:
        body = await second.json()
    assert (first.status, second.status) == (200, 429)
    assert (second.headers["X-RateLimit-Remaining"], body["global"]) == ("0", False)
    assert 0 < body["retry_after"] <= 5
    assert [one.path for one in await served.refusals("limited")] == ["/users/@me"]


LOSSES: dict[str, Callable[[Discord], Awaitable[None]]] = {
    "dropped": lambda served: served.gateway_drop(),
    "reconnect": lambda served: served.gateway_reconnect(),
    "closed": lambda served: served.gateway_close(4000),
    "invalid, resumable": lambda served: served.gateway_invalidate(resumable=True),
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
async def test_a_lost_connection_is_resumed_without_loss(
    served: Discord, loss: Callable[[Discord], Awaitable[None]]
) -> None:
    scene = await kit.scene(served)
    async with kit.running(bot := Bot(), TOKEN):
        said = [await served.say(scene.mia, scene.channel, "before")]
        await served.until(lambda: bot.heard == said)
        await loss(served)
        said += [await served.say(scene.mia, scene.channel, f"during {number}") for number in range(3)]
        await served.until(lambda: any(one.resumes for one in served.world.gateway.sessions.values()))
        said += [await served.say(scene.mia, scene.channel, "after")]
        await served.until(lambda: len(bot.heard) >= 5)
        assert bot.heard == said
    state = await served.gateway_state()
    assert (state.identifies, state.sessions, state.resumes) == (1, 1, 1)
    assert await served.refusals() == []


@pytest.mark.parametrize("forgotten", [False, True])
async def test_an_invalid_session_begins_anew(served: Discord, forgotten: bool) -> None:
    await kit.scene(served)
    async with kit.running(Bot(), TOKEN):
        if forgotten:
            await served.gateway_forget()
            await served.gateway_drop()
        else:
            await served.gateway_invalidate(resumable=False)
        await served.until(lambda: served.world.gateway.identifies == 2, timeout_s=20)
    assert await served.refusals() == []


async def test_missing_acks_end_the_connection() -> None:
    options = discord_server.Options(token=TOKEN, heartbeat_s=0.2)
    async with discord_server.serve(options) as served:
        with kit.pointed(served):
            await kit.scene(served)
            async with kit.running(Bot(heartbeat_timeout=1.0), TOKEN):
                await served.gateway_acks(False)
                await served.until(lambda: not served.world.gateway.sessions or _resumes(served), timeout_s=20)
                await served.gateway_acks(True)
                await served.until(lambda: _resumes(served) or served.world.gateway.identifies > 1, timeout_s=20)


def _resumes(served: Discord) -> int:
    return sum(one.resumes for one in served.world.gateway.sessions.values())


async def test_a_wrong_token_is_refused_everywhere(served: Discord) -> None:
    with pytest.raises(discord.LoginFailure):
        async with kit.running(Bot(), "wrong"):
            pass
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{served.gateway}?v=10&encoding=json") as socket,
    ):
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 2, "d": {"token": "wrong", "intents": 1, "properties": {"os": "x"}}})
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 4004


IDENTIFY = {"op": 2, "d": {"token": TOKEN, "intents": 1, "properties": {"os": "x"}}}
BREACHES: dict[str, tuple[list[dict[str, Any]], int]] = {
    "too large": ([{"op": 1, "d": "x" * 4096}], 4002),
    "unknown op": ([{"op": 99}], 4002),
    "an op of the server's": ([{"op": 0}], 4001),
    "not identified": ([{"op": 3, "d": {}}], 4003),
    "wrong token": ([{"op": 2, "d": {**IDENTIFY["d"], "token": "wrong"}}], 4004),  # type: ignore[dict-item]
    "identified twice": ([IDENTIFY, IDENTIFY], 4005),
    "too many": ([{"op": 1, "d": None}] * 121, 4008),
    "privileged": ([{"op": 2, "d": {**IDENTIFY["d"], "intents": 1 << 15}}], 4014),  # type: ignore[dict-item]
    "no heartbeat": ([IDENTIFY], 4009),
}


@pytest.mark.parametrize(("sent", "code"), BREACHES.values(), ids=BREACHES)
async def test_the_gateway_has_its_rules(sent: list[dict[str, Any]], code: int) -> None:
    async with (
        discord_server.serve(discord_server.Options(token=TOKEN, heartbeat_s=0.2)) as served,
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{served.gateway}?v=10&encoding=json") as socket,
    ):
        for payload in sent:
            await socket.send_json(payload)
        ops = [message.json()["op"] async for message in socket if message.type is aiohttp.WSMsgType.TEXT]
        assert (ops[0], socket.close_code) == (10, code)
        assert [one.code for one in await served.refusals("form")] == [code]


async def test_a_gateway_that_refuses_is_tried_again(served: Discord) -> None:
    await served.gateway_refuse(1)
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(served.gateway)
        async with http.ws_connect(served.gateway) as socket:
            assert (await socket.receive_json())["op"] == 10


async def test_a_resume_takes_the_session_over_from_an_open_connection(served: Discord) -> None:
    async with aiohttp.ClientSession() as http, http.ws_connect(served.gateway) as old:
        await old.receive_json()
        await old.send_json(IDENTIFY)
        ready = await old.receive_json()
        async with http.ws_connect(ready["d"]["resume_gateway_url"]) as new:
            await new.receive_json()
            seen = {"token": TOKEN, "session_id": ready["d"]["session_id"], "seq": ready["s"]}
            await new.send_json({"op": 6, "d": seen})
            assert (await new.receive_json())["t"] == "RESUMED"
            await old.close(code=1000)
            await served.guild("Later")
            assert (await new.receive_json())["t"] == "GUILD_CREATE"
            await new.send_json({"op": 6, "d": {**seen, "session_id": "other"}})
            assert (await new.receive()).data == 4005
