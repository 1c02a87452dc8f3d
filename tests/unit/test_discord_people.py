"""People on Discord: who speaks and what they may do, and whoever is picked or mentioned."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.discord import tree
from bot import requests
from bot.commands import Heard, commands
from tests.discord_stage import TEXTS, Stage, opened

GIVE = {"topic": "give", "amount": "20"}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Mia, and a bot at work."""
    async with opened(tmp_path) as stage, stage.working():
        yield stage
        assert await stage.served.refusals("form") == []


async def heard(stage: Stage, options: dict[str, object], *, user: int | None = None) -> Heard:
    """What the core hears of /credits."""
    id = await stage.served.slash(user or stage.scene.mia, stage.scene.channel, "credits", options)
    await stage.shown(id)
    return stage.core.heard[-1][2]


async def ben(stage: Stage, *, joined: bool = True) -> int:
    """Somebody else, in the server or not."""
    user = await stage.served.user("Ben")
    if joined:
        await stage.served.join(stage.scene.guild, user)
    return user


# --- who speaks


@pytest.mark.parametrize(
    ("granted", "steward"),
    [([], False), (["manage_channels"], False), (["manage_guild"], True), (["administrator"], True)],
)
async def test_who_manages_a_server(stage: Stage, granted: list[str], steward: bool) -> None:
    role = await stage.served.role(stage.scene.guild, "Painters", grants=granted)
    await stage.served.give_role(stage.scene.guild, stage.scene.mia, role)
    await stage.until(lambda: _has_role(stage, role))
    person = (await heard(stage, {})).person
    assert (person.handle, person.roles, person.bot, person.steward) == ("mia", (str(role),), False, steward)


def _has_role(stage: Stage, role: int) -> bool:
    return stage.app.client.get_guild(stage.scene.guild).get_role(role) is not None  # type: ignore[union-attr]


# --- who is picked


async def test_a_picked_member_is_known_with_their_roles(stage: Stage) -> None:
    user = await ben(stage)
    role = await stage.served.role(stage.scene.guild, "Painters", grants=["manage_guild"])
    await stage.served.give_role(stage.scene.guild, user, role)
    said = await heard(stage, {**GIVE, "member": user})
    assert said.fields == {**GIVE, "member": f"<@discord:{user}>"}
    assert said.mentions == (
        requests.Person(
            platform="discord",
            user=str(user),
            name="Ben",
            handle="ben",
            roles=(str(role),),
            member_since=stage.served.world.guilds[stage.scene.guild].members[user].joined,
            steward=True,
        ),
    )


async def test_who_has_left_can_be_picked_and_has_no_roles(stage: Stage) -> None:
    user = await ben(stage)
    await stage.served.leave(stage.scene.guild, user)
    said = await heard(stage, {**GIVE, "member": user})
    assert said.mentions == (requests.Person(platform="discord", user=str(user), name="Ben", handle="ben"),)


async def test_a_bot_that_is_picked_is_known_as_one(stage: Stage) -> None:
    bot = stage.served.world.bot
    said = await heard(stage, {**GIVE, "member": bot.id})
    assert [(each.user, each.bot) for each in said.mentions] == [(str(bot.id), True)]


# --- who is mentioned


async def test_mentions_in_a_form_are_looked_up(stage: Stage) -> None:
    user, gone = await ben(stage), await ben(stage, joined=False)
    said = await heard(stage, {"topic": f"give <@{user}> <@!{gone}> <@123456789012345678>"})
    assert said.fields == {"topic": f"give <@discord:{user}> <@discord:{gone}> <@discord:123456789012345678>"}
    assert [(each.user, each.member_since is not None) for each in said.mentions] == [
        (str(user), True),
        (str(gone), False),
    ]


async def test_mentions_in_a_prompt_are_words(stage: Stage) -> None:
    user = await ben(stage)
    await stage.shown(await stage.slash("image", {"prompt": f"<@{user}> as a fox"}))
    said = stage.core.heard[-1][2]
    assert (said.text, said.mentions) == (f"<@{user}> as a fox", ())


async def test_mentions_in_direct_messages(stage: Stage) -> None:
    user = await ben(stage)
    direct = await stage.served.dm(stage.scene.mia)
    for line in (f"/credits give <@{user}> 20", f"<@{user}> as a fox"):
        before = len(stage.core.heard)
        await stage.served.say(stage.scene.mia, direct, line)
        await stage.until(lambda before=before: len(stage.core.heard) > before)  # type: ignore[misc]
    given, painted = (each[2] for each in stage.core.heard)
    assert (given.text, [each.name for each in given.mentions]) == (f"/credits give <@discord:{user}> 20", ["Ben"])
    assert (painted.text, painted.mentions) == (f"<@{user}> as a fox", ())


# --- what is shown to whom


def test_a_member_is_picked_and_what_manages_a_community_is_hidden() -> None:
    made = {one["name"]: one for one in tree.tree(TEXTS)}
    for name, command in commands().items():
        one = made[name]
        types = {option["name"]: option["type"] for option in one["options"]}
        assert types.get("member") == (6 if "member" in command.fields else None)
        shown = (one.get("default_member_permissions"), one["integration_types"], one["contexts"])
        assert shown == (("32", [0], [0]) if command.stewards else (None, [0, 1], [0, 1, 2]))
