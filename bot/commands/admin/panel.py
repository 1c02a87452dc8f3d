"""How a community stands, for who manages it: its pool, what it paid, what holds, and what can be done."""

from collections.abc import Iterator

from bot import studio
from bot.commands import buttons, limits
from bot.commands.admin import rules
from bot.commands.declaration import Asking
from bot.commands.texts import Bold, Code
from bot.replies import Button, Credits, Reply, Text, text


async def shown(asking: Asking) -> Reply:
    """All of it."""
    state = await asking.studio.owners.state(asking.asked)
    return _reply(state, (*_pool(state), *limits.sentences(state.rules)))


async def pool(asking: Asking) -> Reply:
    """The pool alone, and how it is filled."""
    state = await asking.studio.owners.state(asking.asked)
    return _reply(state, (*_pool(state), text("admin.filled", example=Code("/credits donate 50"))))


async def paused(asking: Asking) -> Reply:
    """Make nothing for now."""
    state = await asking.studio.owners.pause(asking.asked, why=asking.text)
    line = text("admin.paused", community=state.community.title, example=Code("/admin resume"))
    return _reply(state, (line,))


async def resumed(asking: Asking) -> Reply:
    """Make things again."""
    state = await asking.studio.owners.resume(asking.asked, why=asking.text)
    return _reply(state, (text("admin.resumed", community=state.community.title),))


def _pool(state: studio.State) -> Iterator[Text]:
    yield text("admin.pool", community=Bold(state.community.title), pool=Bold(Credits(amount=state.pool)))
    if state.rules.day is None:
        yield text("admin.today", paid=state.today)
    else:
        yield text("admin.today_of", paid=state.today, limit=state.rules.day)
    if state.rules.month is None:
        yield text("admin.month", paid=state.month)
    else:
        yield text("admin.month_of", paid=state.month, limit=state.rules.month)
    if state.running:
        yield text("admin.running", n=state.running)


def _reply(state: studio.State, lines: tuple[Text, ...]) -> Reply:
    facts = {
        "pool_credits": state.pool,
        "today_credits": state.today,
        "month_credits": state.month,
        "running": state.running,
        "limits": limits.facts(state.rules),
    }
    return Reply(lines=lines, buttons=tuple(_buttons(state)), private=True, facts=facts)


def _buttons(state: studio.State) -> Iterator[Button]:
    if state.rules.paused:
        yield buttons.button("admin", "resume", text("admin.to_resume"))
    else:
        yield buttons.button("admin", "pause", text("admin.to_pause"))
    yield buttons.button("admin", "limits", text("admin.to_limits"))
    yield buttons.button("admin", "log", text("admin.to_log"))
    yield from rules.ready_made()
