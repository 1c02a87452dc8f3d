"""/privacy: what is kept of a member and for how long, as a file, and its end."""

from bot import errors, studio
from bot.commands import buttons
from bot.commands.declaration import Action, Asking, Command
from bot.commands.texts import Code, Listed
from bot.replies import Credits, Reply, text

_EXPORT = frozenset({"export", "download", "导出"})
_ERASE = frozenset({"erase", "delete", "forget", "删除", "清除"})


async def privacy(asking: Asking) -> Reply:
    """Say what is kept, hand it over, or ask whether it may go."""
    said = asking.text.strip().casefold()
    if not said:
        return _sheet(asking)
    if said in _EXPORT:
        return await export(asking, "")
    if said in _ERASE:
        return await _ask(asking)
    raise errors.Invalid(errors.Problem(field="data", rule="choice", value=asking.text, allowed="export, erase"))


async def topic(asking: Asking, subject: str) -> Reply:
    """The same by a button."""
    return await (_ask(asking) if subject == "erase" else export(asking, subject))


async def export(asking: Asking, subject: str) -> Reply:
    """Everything in one file."""
    gathered = await asking.studio.privacy.export(asking.asked)
    lines = (text("privacy.export", rows=sum(gathered.counts.values())),)
    return Reply(lines=lines, media=(gathered.file,), private=True, facts={"kept": gathered.counts})


async def forget(asking: Asking, subject: str) -> Reply:
    """Yes: everything goes."""
    lost = await asking.studio.privacy.erase(subject, asked=asking.asked)
    lines = (text("privacy.erased"), text("privacy.afterwards", days=studio.REMEMBERED.days))
    return Reply(lines=lines, private=True, facts=_facts(lost))


async def forget_not(asking: Asking, subject: str) -> Reply:
    """No: nothing goes."""
    await asking.studio.privacy.keep(subject, asked=asking.asked)
    return Reply(lines=(text("privacy.stays"),), private=True, facts={"promise": subject})


def _sheet(asking: Asking) -> Reply:
    days = asking.studio.privacy.keeps.days
    lines = (
        text("privacy.who"),
        text("privacy.jobs"),
        text("privacy.files", days=days),
        text("privacy.books"),
        text("privacy.never"),
    )
    choices = (
        buttons.button("data", "export", text("button.export")),
        buttons.button("data", "erase", text("button.erase_me")),
    )
    return Reply(lines=lines, buttons=choices, private=True, facts={"keep_days": days})


async def _ask(asking: Asking) -> Reply:
    lost = await asking.studio.privacy.ask_erasing(asking.asked)
    named = Listed(tuple(text(f"platform.{platform}") for platform in dict.fromkeys(lost.platforms)))
    lines = (
        text("privacy.question", platforms=named),
        text("privacy.loses", jobs=lost.jobs, voices=lost.voices, own=Credits(amount=lost.own)),
        text("privacy.first", how=Code(f"/{asking.command.name} export")),
    )
    answers = (
        buttons.button("forget", lost.promise.id, text("button.forget")),
        buttons.button("forget_not", lost.promise.id, text("button.dismiss")),
    )
    return Reply(lines=lines, buttons=answers, private=True, kind="question", facts=_facts(lost))


def _facts(lost: studio.Erasing) -> dict[str, object]:
    return {
        "promise": lost.promise.id,
        "platforms": list(lost.platforms),
        "own_credits": lost.own,
        "jobs": lost.jobs,
        "voices": lost.voices,
    }


COMMAND = Command(
    name="privacy",
    words=("隐私",),
    rank=14,
    fields=("data",),
    summary="summary.privacy",
    examples=("example.privacy", "example.privacy_export", "example.privacy_erase"),
    actions=(
        Action(name="data", of_question=True, deed=topic),
        Action(name="forget", of_question=True, deed=forget),
        Action(name="forget_not", of_question=True, deed=forget_not),
    ),
    handler=privacy,
)
