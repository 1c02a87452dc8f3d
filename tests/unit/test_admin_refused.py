"""Every command for owners, tried by somebody who manages nothing: refused on both platforms, noted, and nothing moves.

What can be tried is read from the commands themselves: every act, with every other name, and every button that an
owner's answers have. On Discord a server's own settings may show the commands to anybody.
"""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from bot import jobs, money
from bot.commands.admin import ACTS
from bot.credits import ruling
from bot.credits.rules import SETS
from bot.requests import AccountId
from tests import discord_desk, telegram_stage
from tests.discord_desk import MIA as DISCORD_MIA
from tests.discord_desk import Desk
from tests.discord_server.messages import Seen
from tests.engine_house import House, house
from tests.telegram_stage import BEN, MIA, MIA_ACCOUNT, Stage

__all__ = ["house"]

REFUSED: Final = "Only those who manage Pixel Club"
WORDS: Final = {
    # what is said behind each act: something that would do something
    "give": ("{mia} 20 for the poster", "", "{mia}"),
    "revoke": ("{mia} 1",),
    "set": ("{mia} 500",),
    "pool": ("",),
    "limits": ("", *SETS, *(f"{name} yes" for name in SETS), *(f"{rule.word} 5" for rule in ruling.RULES)),
    "models": ("", "off"),
    "channels": ("", "here"),
    "ban": ("{mia} spam",),
    "unban": ("{mia}",),
    "pause": ("",),
    "resume": ("",),
    "log": ("", "1"),
}
NAMES: Final = {act: (act, *words) for act, words in ACTS.items()}


def lines(mia: str) -> Sequence[str]:
    """Every act with everything that may follow, every other name of it, none, and one that is no act."""
    assert WORDS.keys() == ACTS.keys()
    said = [f"{act} {words}" for act, each in WORDS.items() for words in each]
    named = [f"{name} {WORDS[act][0]}" for act, names in NAMES.items() for name in names[1:]]
    return [line.format(mia=mia).strip() for line in (*said, *named, "", "nonsense", "give nobody 20")]


async def audit(house: House) -> list[money.Entry]:
    """The whole log of the only community, oldest first."""
    async with house.store.reading() as rows:
        return list(await rows.accounts.noted((await club(house)).id, limit=10_000))[::-1]


async def club(house: House) -> jobs.Community:
    async with house.store.reading() as rows:
        (found,) = await rows.communities.all()
    return found


async def books(house: House) -> tuple[object, ...]:
    """What an owner could have changed."""
    community = await club(house)
    async with house.store.reading() as rows:
        accounts = [account.id for account, _ in await rows.accounts.all()]
        return (
            community,
            await rows.ledger.transfers(community.pool, limit=100),
            {id: await rows.ledger.balance(id) for id in accounts},
            {id: await rows.usage.banned(community.id, id) for id in accounts},
        )


def refusals(log: Sequence[money.Entry], *, by: AccountId) -> list[tuple[str, bool]]:
    return [(entry.action, entry.refused) for entry in log if entry.actor == by]


# --- Telegram


@pytest.fixture
async def stage(house: House, tmp_path: Path) -> AsyncIterator[Stage]:
    """Mia, in a group that Ben made."""
    async with telegram_stage.opened(house, tmp_path) as opened:
        await opened.start()
        yield opened


async def group(stage: Stage) -> int:
    chat = int(stage.served.supergroup(title="Pixel Club", creator_id=BEN, members=[MIA])["id"])
    stage.served.private(user_id=BEN)
    stage.say("/settings language en", chat=BEN, user=BEN)
    await stage.shown("Language: English", chat=BEN)  # two lines at once may be answered in either order
    stage.say("/credits", chat=chat, user=BEN)
    await stage.shown("left", chat=BEN)
    return chat


def admin_buttons(stage: Stage) -> dict[str, int]:
    """What every button of Ben's private chat carries, with its newest message."""
    return {
        str(each["callback_data"]): message["message_id"]
        for message in stage.messages(BEN)
        for row in message["buttons"]
        for each in row
        if str(each.get("callback_data", "")).startswith("admin:")
    }


async def test_telegram_refuses_every_line(stage: Stage) -> None:
    chat = await group(stage)
    before = await books(stage.house)
    tried = lines("Mia")
    for line in tried:
        entity = {"type": "text_mention", "offset": len("/admin ") + line.find("Mia"), "length": 3}
        user = {"id": MIA, "is_bot": False, "first_name": "Mia"}
        stage.say(f"/admin {line}", chat=chat, entities=[{**entity, "user": user}] if "Mia" in line else [])
    await stage.idle_inbox()
    assert [words.startswith(REFUSED) for words in stage.texts(chat)] == [True] * len(tried), stage.texts(chat)
    assert [refused for _, refused in refusals(await audit(stage.house), by=MIA_ACCOUNT)] == [True] * len(tried)
    assert await books(stage.house) == before
    assert await stage.house.faults() == []


async def test_telegram_refuses_every_button(stage: Stage) -> None:
    chat = await group(stage)
    stage.say("/admin", chat=chat, user=BEN)
    await stage.until(lambda: admin_buttons(stage))
    pressed: set[str] = set()
    for _ in range(40):
        left = [data for data in admin_buttons(stage) if data not in pressed]
        if not left:
            break
        pressed.add(left[0])
        stage.served.press(user_id=BEN, chat_id=BEN, message_id=admin_buttons(stage)[left[0]], data=left[0])
        await stage.idle_inbox()
    assert {data.partition(":")[2].partition("_")[0].partition("@")[0] for data in pressed} >= {
        "pause",
        "resume",
        "limits",
        "log",
    }
    before, log = await books(stage.house), await audit(stage.house)
    await stage.stop()
    await stage.build()
    await stage.start()  # old buttons, in a new process
    for data, message in admin_buttons(stage).items():
        (told,) = stage.served.press(user_id=MIA, chat_id=BEN, message_id=message, data=data)
        answer = await stage.until(lambda told=told: stage.served.answer(query_id=told["query_id"]))
        assert answer["text"].startswith(REFUSED), data
    await stage.idle_inbox()
    tried = refusals((await audit(stage.house))[len(log) :], by=MIA_ACCOUNT)
    assert [refused for _, refused in tried] == [True] * len(admin_buttons(stage))
    assert await books(stage.house) == before


# --- Discord


@pytest.fixture
async def desk(house: House, tmp_path: Path) -> AsyncIterator[Desk]:
    """Mia, in a server of somebody else's."""
    async with discord_desk.opened(house, tmp_path) as opened:
        yield opened


async def said(desk: Desk, line: str, user: int | None = None) -> Seen:
    """The answer to /admin, with its words in the fields of its form."""
    act, _, rest = line.partition(" ")
    mia = desk.stage.scene.mia
    fields: dict[str, Any] = {"act": act} if act else {}
    if rest.startswith("Mia"):
        fields["member"] = mia
    if value := rest.removeprefix("Mia").strip():
        fields["value"] = value
    stage = desk.stage
    (answer,) = await stage.shown(await stage.served.slash(user or mia, stage.scene.channel, "admin", fields))
    return answer


async def test_discord_refuses_every_line(desk: Desk) -> None:
    await said(desk, "pool", desk.stage.served.world.owner.id)
    before = await books(desk.house)
    tried = lines("Mia")
    for line in tried:
        answer = await said(desk, line)
        assert (answer.content.startswith(REFUSED), answer.ephemeral) == (True, True), (line, answer.content)
    assert [refused for _, refused in refusals(await audit(desk.house), by=DISCORD_MIA)] == [True] * len(tried)
    assert await books(desk.house) == before
    assert await desk.house.faults() == []


async def test_discord_refuses_every_button_of_who_manages_it_no_more(desk: Desk) -> None:
    stage = desk.stage
    role = await stage.served.role(stage.scene.guild, "Owners", grants=["manage_guild"])
    await stage.served.give_role(stage.scene.guild, stage.scene.mia, role)
    found = await _pressed_all(desk, await said(desk, ""))
    assert len(found) >= 4 + len(SETS)
    before, log = await books(desk.house), await audit(desk.house)
    stage.served.world.guilds[stage.scene.guild].members[stage.scene.mia].roles.remove(role)
    await desk.house.restart()
    await desk.restart()
    for custom_id, message in found.items():
        (answer,) = await stage.shown(await stage.served.press(stage.scene.mia, message, custom_id))
        assert answer.content.startswith(REFUSED), custom_id
    tried = refusals((await audit(desk.house))[len(log) :], by=DISCORD_MIA)
    assert [refused for _, refused in tried] == [True] * len(found)
    assert await books(desk.house) == before


async def _pressed_all(desk: Desk, first: Seen) -> dict[str, int]:
    """Every button of the panel and of what its buttons show, each pressed once by who may."""
    found, todo = dict[str, int](), [first]
    for _ in range(40):
        if not todo:
            break
        message = todo.pop()
        for one in message.buttons:
            if one.custom_id and one.custom_id.startswith("admin:") and one.custom_id not in found:
                found[one.custom_id] = message.id
                pressed = await desk.stage.served.press(desk.stage.scene.mia, message.id, one.custom_id)
                todo += await desk.stage.shown(pressed)
    return found


async def test_discord_knows_who_manages_it_now(desk: Desk) -> None:
    """The owner may, and so may whoever has the right, for as long as they have it."""
    stage = desk.stage
    role = await stage.served.role(stage.scene.guild, "Owners", grants=["administrator"])
    assert (await said(desk, "pool")).content.startswith(REFUSED)
    await stage.served.give_role(stage.scene.guild, stage.scene.mia, role)
    assert not (await said(desk, "pool")).content.startswith(REFUSED)
    stage.served.world.guilds[stage.scene.guild].members[stage.scene.mia].roles.remove(role)
    assert (await said(desk, "pool")).content.startswith(REFUSED)
    assert not (await said(desk, "pool", stage.served.world.owner.id)).content.startswith(REFUSED)


async def test_the_right_of_one_server_is_none_in_another(desk: Desk) -> None:
    stage = desk.stage
    other = await stage.served.guild("Elsewhere", owner=stage.scene.mia)
    channel = await stage.served.channel(other, "art")
    await stage.until(lambda: stage.app.client.get_channel(channel) is not None)
    there = await stage.shown(await stage.served.slash(stage.scene.mia, channel, "admin", {"act": "pool"}))
    assert "Elsewhere" in there[0].content
    assert (await said(desk, "pool")).content.startswith(REFUSED)
