"""/edit: a picture or a clip, changed by saying how."""

from collections.abc import Mapping
from dataclasses import replace

from bot import errors
from bot.commands import making
from bot.commands.declaration import Asking, Command
from bot.replies import Reply
from bot.requests import Kind

EXTEND, EDIT = "extend", "edit"


async def edit(asking: Asking) -> Reply:
    """Change what is named first, attached or given by --image or --video."""
    order = making.understood(asking)
    if order.empty:
        return await making.explained(asking, kind=Kind.IMAGE)
    if not order.sources:
        order = await making.with_first_word(asking, order, names=("image", "video"))
    if not order.sources:
        raise errors.Invalid(errors.Problem(field="image", rule="nothing_to_edit"))
    if "video" in order.sources:
        return await making.make(asking, kind=Kind.VIDEO, order=_clip(order))
    return await making.make(asking, kind=Kind.IMAGE, order=order)


def _clip(order: making.Order) -> making.Order:
    """Edit it, or make it longer when --extend says by how much."""
    said: Mapping[str, object] = order.said
    if EXTEND in said:
        longer = {name: value for name, value in said.items() if name != EXTEND} | {"duration": said[EXTEND]}
        return replace(order, said=longer, operation=order.operation or EXTEND)
    return replace(order, operation=order.operation or EDIT)


COMMAND = Command(
    name="edit",
    words=("改", "修改"),
    rank=6,
    kind=Kind.IMAGE,
    makes=(Kind.IMAGE, Kind.VIDEO),
    media=("image", "images", "video"),
    summary="summary.edit",
    examples=("example.edit", "example.edit_job", "example.edit_extend"),
    handler=edit,
)
