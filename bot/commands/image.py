"""/image: a picture from words, or from words and pictures."""

from bot.commands import making
from bot.commands.declaration import Asking, Command
from bot.replies import Reply
from bot.requests import Kind


async def image(asking: Asking) -> Reply:
    """Make a picture."""
    return await making.make(asking, kind=Kind.IMAGE)


COMMAND = Command(
    name="image",
    words=("画", "绘图", "图片"),
    rank=1,
    kind=Kind.IMAGE,
    makes=(Kind.IMAGE,),
    media=("image", "images"),
    worded=True,
    summary="summary.image",
    examples=("example.image", "example.image_shape", "example.image_photo"),
    handler=image,
)
