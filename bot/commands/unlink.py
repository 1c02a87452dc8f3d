"""/unlink: a platform goes its own way again."""

from bot import errors, studio
from bot.commands import buttons, menus
from bot.commands.declaration import Action, Asking, Command
from bot.commands.texts import Bold, Code, Listed
from bot.replies import Credits, Reply, text

_PLATFORMS = {"discord": "discord", "telegram": "telegram", "tg": "telegram", "console": "console", "控制台": "console"}


async def unlink(asking: Asking) -> Reply:
    """Ask whether a platform may go: this one, unless another is named."""
    here = asking.asked.person.platform
    said = asking.text.strip().casefold()
    if said and said not in _PLATFORMS:
        allowed = ", ".join(await asking.studio.people.platforms(asking.asked))
        raise errors.Invalid(errors.Problem(field="platform", rule="choice", value=asking.text, allowed=allowed))
    parting = await asking.studio.people.ask_parting(_PLATFORMS.get(said, here), asked=asking.asked)
    lines = [
        text("unlink.question", platform=_named(parting.platform)),
        text("unlink.keeps", own=Credits(amount=parting.own), stays=_stays(parting)),
    ]
    if not said:
        how = Code(menus.written(asking, asking.command.name, platform=parting.stays[0]))
        lines.append(text("unlink.other", platform=text(f"platform.{parting.stays[0]}"), how=how))
    yes = text("button.unjoin", platform=text(f"platform.{parting.platform}"))
    answers = (
        buttons.button("unjoin", parting.promise.id, yes),
        buttons.button("unjoin_not", parting.promise.id, text("button.dismiss")),
    )
    return Reply(lines=tuple(lines), buttons=answers, private=True, kind="question", facts=_facts(parting))


async def unjoin(asking: Asking, subject: str) -> Reply:
    """Yes: it stands alone."""
    parting = await asking.studio.people.part(subject, asked=asking.asked)
    line = text("unlink.done", platform=_named(parting.platform), stays=_stays(parting))
    return Reply(lines=(line,), private=True, facts=_facts(parting))


async def unjoin_not(asking: Asking, subject: str) -> Reply:
    """No: nothing changes."""
    await asking.studio.people.stay(subject, asked=asking.asked)
    return Reply(lines=(text("unlink.stays"),), private=True, facts={"promise": subject})


def _named(platform: str) -> Bold:
    return Bold(text(f"platform.{platform}"))


def _stays(parting: studio.Parting) -> Listed:
    return Listed(tuple(text(f"platform.{each}") for each in parting.stays))


def _facts(parting: studio.Parting) -> dict[str, object]:
    return {"promise": parting.promise.id, "platform": parting.platform, "own_credits": parting.own}


COMMAND = Command(
    name="unlink",
    words=("解除关联", "解绑"),
    rank=13,
    fields=("platform",),
    summary="summary.unlink",
    examples=("example.unlink", "example.unlink_telegram"),
    actions=(
        Action(name="unjoin", of_question=True, deed=unjoin),
        Action(name="unjoin_not", of_question=True, deed=unjoin_not),
    ),
    handler=unlink,
)
