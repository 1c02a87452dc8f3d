"""/edit: a picture or a clip, changed by saying how."""

from dataclasses import replace

from bot import errors
from bot.commands import deeds, following, making
from bot.commands.declaration import Action, Asking, Command
from bot.commands.texts import Code
from bot.media import MediaKind
from bot.replies import Reply, text
from bot.requests import Kind


async def edit(asking: Asking) -> Reply:
    """Change what is named first, attached or given by --image or --video."""
    order = making.understood(asking)
    if order.empty:
        return await making.explained(asking, kind=Kind.IMAGE)
    if not order.sources:
        order = await making.with_first_word(asking, order, names=("image", "video"))
    if not order.sources:
        raise errors.MemberError("error.nothing_to_edit", example=Code(text(COMMAND.examples[0])))
    if wordless := [way for way in sorted(following.WORDLESS) if order.said.get(way) is True]:
        return await _wordless(asking, order, wordless)
    if not order.prompt and making.EXTEND not in order.said:
        return deeds.ask(asking, "ask.edit")
    if "video" in order.sources:
        operation = order.operation or (None if making.EXTEND in order.said else "edit")
        return await making.make(asking, kind=Kind.VIDEO, order=replace(order, operation=operation))
    return await making.make(asking, kind=Kind.IMAGE, order=order)


async def retouch(asking: Asking, subject: str) -> Reply:
    """Change the picture that a question is about."""
    return await deeds.of_file(asking, subject, action="retouch", key="ask.edit", kind=Kind.IMAGE)


async def _wordless(asking: Asking, order: making.Order, ways: list[str]) -> Reply:
    """--upscale, --describe: one of them, on a picture. Raises Invalid, NotNow."""
    way, *others = ways
    if others or "image" not in order.sources:
        allowed = "--image" if not others else f"--{way}"
        raise errors.Invalid(errors.Problem(field=(*others, way)[0], rule="conflict", value=True, allowed=allowed))
    if (plan := following.WAYS[way](None, MediaKind.IMAGE)) is None:
        raise errors.NotNow("error.nothing_can", deed=text(f"can.{way}"))
    said = {name: value for name, value in order.said.items() if name != way}
    model = order.model or plan.model
    changed = replace(order, said=said, model=model, operation=plan.operation)
    return await making.make(asking, kind=plan.kind, order=changed)


COMMAND = Command(
    name="edit",
    words=("改", "修改"),
    rank=6,
    kind=Kind.IMAGE,
    makes=(Kind.IMAGE, Kind.VIDEO),
    media=("image", "images", "video"),
    summary="summary.edit",
    examples=("example.edit", "example.edit_job", "example.edit_extend"),
    actions=(
        Action(name="edit", asks="ask.edit", deed=deeds.edit),
        Action(name="reword", words=("改词",), asks="ask.reword", deed=deeds.reword),
        Action(name="vary", words=("变化",), deed=deeds.vary),
        Action(name="animate", words=("动起来",), asks="ask.animate", deed=deeds.animate),
        Action(name="extend", words=("延长",), asks="ask.extend", deed=deeds.extend),
        Action(name="reference", words=("参考",), asks="ask.reference", deed=deeds.reference),
        Action(name="upscale", words=("放大",), deed=deeds.upscale),
        Action(name="describe", words=("描述图片",), deed=deeds.describe),
        Action(name="retouch", of_question=True, asks="ask.edit", deed=retouch),
        Action(name="press", words=("按",), deed=deeds.press),
    ),
    handler=edit,
)
