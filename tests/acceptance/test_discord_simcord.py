"""Everything members can do on Discord, on simcord's Discord; each request compared with the published description."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from adapters import discord as adapter
from adapters.discord import cards
from bot import commands, ports
from bot.commands import menus
from bot.media import MediaTrouble
from bot.requests import AccountId
from tests import factories
from tests.desk import TimedFiles
from tests.discord_server import command_rules, rules, schema
from tests.discord_server.options import PUBLISHED
from tests.discord_server.refusals import Problems, flat
from tests.discord_stage import MadeUpFitting
from tests.engine_house import House, house
from tests.made_up import WORDS, shelf
from tests.unit.test_engine_answers import words

__all__ = ["house", "shelf"]

FACE = ("face.png", b"\x89PNG a face")
VOICE = ("voice.mp3", b"ID3 a voice")
MENTIONS = "@everyone @here <@1> <@&2> <#3> <t:1:R> </image:4>"
MARKUP = "# h\n- l\n1. n\n> q **b** _i_ `c` ```x``` [a](https://x.yz) ||s|| https://x.yz \\"
LONG = ("a red fox in snow " * 340)[:6000]
ASTRAL = "\U0001f98a" * 2900

FORMS: dict[str, list[dict[str, Any]]] = {
    "image": [{"prompt": said} for said in ("a red fox", MENTIONS, MARKUP, LONG, ASTRAL)]
    + [{"prompt": "x", "image": FACE}],
    "video": [{"prompt": "it runs", "image": FACE}, {"prompt": MARKUP, "private": True}],
    "music": [{"prompt": "calm piano", "instrumental": True}, {"prompt": LONG}],
    "speech": [{"prompt": "hello"}, {"prompt": ASTRAL}],
    "talk": [{"prompt": "hello", "image": FACE}, {"image": FACE, "audio": VOICE}],
    "voices": [{}, {"prompt": MARKUP, "name": MENTIONS[:40]}, {"prompt": "mine", "audio": VOICE}],
    "ask": [{"prompt": "why?"}, {"prompt": MARKUP}],
    "edit": [{"prompt": "make it night", "image": FACE}, {"prompt": MENTIONS}],
    "models": [{}, {"kind": "video"}],
    "limits": [{}],
    "admin": [{}, {"act": "give", "value": MARKUP}, {"act": MENTIONS}],
    "link": [{}, {"code": MARKUP}, {"code": "ABCD-1234"}],
    "unlink": [{}, {"platform": MARKUP}, {"platform": "telegram"}],
    "privacy": [{}, {"data": MARKUP}, {"data": "export"}],
    "credits": [{}],
    "jobs": [{}, {"job": "K7Q2"}],
    "settings": [{}, {"setting": "language", "value": "zh"}, {"setting": MENTIONS}],
    "help": [{}, {"command": "image"}, {"command": ASTRAL}],
}

MODAL = 9  # the kind of answer that is a form, and no message

TEMPLATES = {
    # a request's path, as Discord's description names it
    r"/interactions/\d+/[^/]+/callback": "/interactions/{interaction_id}/{interaction_token}/callback",
    r"/webhooks/\d+/[^/]+": "/webhooks/{webhook_id}/{webhook_token}",
    r"/webhooks/\d+/[^/]+/messages/@original": "/webhooks/{webhook_id}/{webhook_token}/messages/@original",
    r"/webhooks/\d+/[^/]+/messages/\d+": "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
    r"/applications/\d+/commands": "/applications/{application_id}/commands",
    r"/channels/\d+/messages": "/channels/{channel_id}/messages",
    r"/channels/\d+/messages/\d+": "/channels/{channel_id}/messages/{message_id}",
    r"/users/@me/channels": "/users/@me/channels",
    r"/users/@me": "/users/@me",
    r"/oauth2/applications/@me": "/oauth2/applications/@me",
}


class Outside:
    """simcord's files and time, which stands still between what happens there. The bot comes before its Discord."""

    env: simcord.Env | None = None

    async def fetch(self, url: str, into: Path, *, most_bytes: int) -> MediaTrouble | None:
        assert self.env is not None
        into.write_bytes(await self.env.bot.http.get_from_cdn(url))
        return None

    async def close(self) -> None:
        return None

    def now(self) -> datetime:
        return datetime.now(UTC) if self.env is None else self.env.now()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Mia in a channel with the bot."""

    env: simcord.Env
    house: House
    mia: simcord.MemberActor
    owner: simcord.MemberActor
    channel: simcord.ChannelHandle

    def whose(self, command: str) -> simcord.MemberActor:
        """Somebody who sees a command."""
        return self.owner if commands.commands()[command].stewards else self.mia

    def last(self) -> discord.Message:
        """The channel's newest message."""
        message = self.channel.last_message
        assert message is not None
        return message

    async def settled(self) -> None:
        """Jobs have ended, and the bot has said so."""
        await self.house.settled()
        await self.env.settle()


@asynccontextmanager
async def scene(house: House, root: Path) -> AsyncIterator[Scene]:
    """A real studio, with simcord around the bot."""
    platforms: dict[str, ports.Platform] = {}
    openings = commands.Openings()
    house.files = TimedFiles(house.files.root)
    presenter = commands.Presenter(
        platforms, clock=house.clock, openings=openings, store=house.store, words=house.files.words
    )
    house.delivery = presenter  # type: ignore[assignment]
    house.limits = house.limits_with(member_waiting=1000)
    await house.restart()
    spoken = commands.Commands(house.studio)
    outside = Outside()
    app = adapter.DiscordApp(
        reception=commands.Reception(spoken, studio=house.studio, openings=openings, presenter=presenter),
        commands=spoken,
        texts=commands.Texts(strict=True),
        fitting=MadeUpFitting(house.files.root),
        options=adapter.Options(token="simcord", scratch=root / "scratch", state=root / "state"),
        clock=outside,
        fetch=outside,
    )
    platforms["discord"] = app.platform
    async with simcord.run(app.client) as env:
        outside.env = env
        await house.restart()
        guild = env.create_guild()
        mia = guild.add_member(env.create_user("Mia"))
        await factories.member(
            house.store, AccountId("acc_mia"), credits=100_000, platform="discord", user=str(mia.id), name="Mia"
        )
        manages = guild.create_role("Owners", permissions=discord.Permissions(manage_guild=True))
        owner = guild.add_member(env.create_user("Owner"), roles=[manages])
        yield Scene(env=env, house=house, mia=mia, owner=owner, channel=guild.create_text_channel("art"))
        await env.settle()


def problems(env: simcord.Env) -> Iterator[str]:
    """What Discord would not have taken."""
    described = schema.load(PUBLISHED)
    for entry in env.http_requests:
        found = Problems()
        template = next((to for path, to in TEMPLATES.items() if re.fullmatch(path, entry.path)), None)
        if template is None:
            yield f"{entry.method} {entry.path} is no request of ours"
            continue
        described.check(entry.method, template, entry.json, found)
        _own_rules(entry, found)
        yield from (f"{entry.method} {template}: {one}" for one in flat(found.errors))


def _own_rules(entry: simcord.HttpLogEntry, found: Problems) -> None:
    body = entry.json
    if entry.path.endswith("/commands") and entry.method == "PUT":
        command_rules.check(list(body or ()), found)
    elif isinstance(body, dict) and body.get("type") != MODAL:
        message = body.get("data") or body if "callback" in entry.path else body
        rules.check(message, found)
        command_rules.check_choices(message.get("choices") or [], found, path="choices")
        if cards.length(message.get("content") or "") > cards.CONTENT:
            found.add("content", "TOO_LONG_IN_UTF16", "some clients count so")
        if "allowed_mentions" in message and message["allowed_mentions"].get("parse"):
            found.add("allowed_mentions", "PARSES", "members' words must call nobody")


async def test_every_command_with_every_kind_of_words(house: House, tmp_path: Path) -> None:
    assert FORMS.keys() == commands.commands().keys()
    async with scene(house, tmp_path) as here:
        for name, forms in FORMS.items():
            for form in forms:
                result = await here.whose(name).slash(here.channel, name, **form)
                assert result.response is not None, (name, form)
                assert result.response.content
        await here.settled()
        assert list(problems(here.env)) == []
        assert here.env.errors == []


@pytest.mark.usefixtures("shelf")
async def test_an_answer_whatever_a_model_writes(house: House, tmp_path: Path) -> None:
    async with scene(house, tmp_path) as here:
        house.files.answers = [WORDS]
        for written in (MENTIONS, f"{MARKUP}\n```py\n{MARKUP}", LONG, LONG * 9, ASTRAL):
            house.provider.submits = [words(written)]
            result = await here.mia.slash(here.channel, "ask", prompt="why?", model="made-up-chat")
            assert result.response is not None
            await here.settled()
            last = here.last()
            assert last.content.splitlines()[-1].startswith("20 of your own used, ")
            assert not last.mentions
        assert list(problems(here.env)) == []
        assert here.env.errors == []


async def test_every_field_that_suggests(house: House, tmp_path: Path) -> None:
    """Each with one of the words in turn: all of them with every field are tried without Discord, which is faster."""
    words = itertools.cycle(("", "s", MENTIONS, ASTRAL))
    async with scene(house, tmp_path) as here:
        for command in commands.commands().values():
            for field in menus.fields(command):
                if field.suggests:
                    who, typed = here.whose(command.name), next(words)
                    assert len(await who.autocomplete(here.channel, command.name, field.name, typed)) <= 25
        assert list(problems(here.env)) == []
        assert here.env.errors == []


async def test_what_is_for_owners_is_shown_to_them_alone(house: House, tmp_path: Path) -> None:
    async with scene(house, tmp_path) as here:
        with pytest.raises(simcord.SetupError, match="default-member-permissions"):
            await here.mia.slash(here.channel, "admin")
        shown = await here.owner.slash(here.channel, "admin")
        assert shown.response is not None
        assert shown.response.ephemeral
        assert here.env.errors == []


async def test_every_right_click(house: House, tmp_path: Path) -> None:
    async with scene(house, tmp_path) as here:
        for name in ("Use as reference", "Edit this", "Animate this"):
            target = await here.mia.send(here.channel, "look", attachments=[FACE])
            shown = await here.mia.context_menu(here.channel, name, target)
            assert shown.modal is not None
            result = await here.mia.submit_modal(shown, {"words": MARKUP})
            assert result.response is not None
            assert not result.response.ephemeral
            words = await here.mia.send(here.channel, "only words")
            result = await here.mia.context_menu(here.channel, name, words)
            assert result.response is not None
            assert result.response.ephemeral
        await here.settled()
        assert list(problems(here.env)) == []
        assert here.env.errors == []


async def test_every_button_of_results(house: House, tmp_path: Path) -> None:
    pressed: set[str] = set()
    async with scene(house, tmp_path) as here:
        for name, words in (("image", MARKUP), ("video", "a fox"), ("image", "[sim:fail]")):
            asked = await here.mia.slash(here.channel, name, prompt=words)
            await here.settled()
            assert asked.response is not None
            for custom_id in button_ids(asked.response):
                await press(here, asked.response, custom_id)
                pressed.add(custom_id.partition(":")[0])
        assert pressed >= {"again", "vary", "edit", "animate", "reference"}
        assert list(problems(here.env)) == []
        assert here.env.errors == []


async def test_every_button_of_questions_and_jobs(house: House, tmp_path: Path) -> None:
    async with scene(house, tmp_path) as here:
        await here.mia.slash(here.channel, "settings", setting="ask", value="1")
        for custom_id in ("start", "dismiss"):
            question = await here.mia.slash(here.channel, "image", prompt=MARKUP)
            assert question.response is not None
            assert question.response.ephemeral
            found = [one for one in button_ids(question.response) if one.startswith(custom_id)]
            await press(here, question.response, found[0])  # the next is what would be cheaper
        await here.mia.slash(here.channel, "settings", setting="ask", value="never")
        done = await here.mia.slash(here.channel, "image", prompt="a fox")
        await here.settled()
        assert done.response is not None
        job = button_ids(done.response)[0].partition(":")[2]
        listed = await here.mia.slash(here.channel, "jobs", job=job)
        assert listed.response is not None
        assert {"again", "receipt", "show"} == {one.partition(":")[0] for one in button_ids(listed.response)}
        for custom_id in button_ids(listed.response):
            await press(here, listed.response, custom_id)
        assert list(problems(here.env)) == []
        assert here.env.errors == []


async def press(here: Scene, message: simcord.ResponseMessage, custom_id: str) -> None:
    """Tap, say words where they are asked for, and see an answer."""
    result = await here.mia.click(message, custom_id=custom_id)
    if result.modal is not None:
        result = await here.mia.submit_modal(result, {"words": MENTIONS})
    await here.settled()
    assert result.followups or result.response, custom_id


def button_ids(message: simcord.ResponseMessage) -> list[str]:
    """The ids of a message's buttons."""
    return [one["custom_id"] for row in message.components for one in row["components"]]
