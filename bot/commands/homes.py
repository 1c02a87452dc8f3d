"""The community whose pool pays in direct messages: shown, listed and chosen."""

from bot import errors, jobs
from bot.commands import buttons, menus
from bot.commands.declaration import Asking
from bot.commands.texts import Bold, Code, Listed, shortened
from bot.replies import Button, Reply, Text, text

NOBODY = "none"  # the subject of the button for the operator's pool
SHOWN = 5  # communities with a button
SAID = 40  # characters of what was said that an answer repeats
TITLE = 30  # characters of a community's name on a button
_OFF = frozenset({"off", "no", "none", "auto", "关", "关闭", "不用", "自动"})


async def chosen(asking: Asking, words: list[str]) -> Reply:
    """List them, or take the one that is named."""
    said = " ".join(words)
    if not said:
        return await _list(asking)
    if said.casefold() in _OFF:
        return await settled(asking, NOBODY)
    choices = await asking.studio.homes.choices(asking.asked)
    found = next((each for each in choices if each.title.casefold() == said.casefold()), None)
    if found is not None:
        return await settled(asking, found.id)
    if not choices:
        raise errors.NotNow("home.none")
    titles = Listed(tuple(each.title for each in choices[:SHOWN]))
    raise errors.NotFound("home.no_such", said=shortened(said, limit=SAID), communities=titles)


async def settled(asking: Asking, subject: str) -> Reply:
    """This one pays from now on."""
    home = await asking.studio.homes.choose(None if subject == NOBODY else subject, asked=asking.asked)
    facts = {"home": home.title if home else None}
    return Reply(lines=(text("home.chosen", pool=_pool(home)),), private=True, facts=facts)


def line(asking: Asking) -> Text:
    """Who pays now, with how to change it."""
    how = Code(menus.written(asking, "settings", setting="home"))
    return text("home.line", pool=_pool(_home(asking)), how=how)


async def _list(asking: Asking) -> Reply:
    choices = await asking.studio.homes.choices(asking.asked)
    if not choices:
        return Reply(lines=(text("home.none"),), private=True, facts={"communities": []})
    answers = (*map(_button, choices[:SHOWN]), buttons.button("home", NOBODY, text("button.home_operator")))
    lines = (text("home.which", pool=_pool(_home(asking))),)
    return Reply(lines=lines, buttons=answers, private=True, facts={"communities": [each.title for each in choices]})


def _home(asking: Asking) -> jobs.Community | None:
    return asking.asked.home.community if asking.asked.home else None


def _button(community: jobs.Community) -> Button:
    return buttons.button("home", community.id, text("button.home", title=shortened(community.title, limit=TITLE)))


def _pool(home: jobs.Community | None) -> Bold:
    return Bold(text("home.operator") if home is None else home.title)
