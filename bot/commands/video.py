"""/video: a clip from words, or a picture brought to life."""

from bot.commands import making
from bot.commands.declaration import Asking, Command
from bot.replies import Reply
from bot.requests import Kind


async def video(asking: Asking) -> Reply:
    """Make a clip."""
    return await making.make(asking, kind=Kind.VIDEO)


COMMAND = Command(
    name="video",
    words=("视频",),
    rank=2,
    kind=Kind.VIDEO,
    makes=(Kind.VIDEO,),
    media=("image", "last", "images", "video"),
    summary="summary.video",
    examples=("example.video", "example.video_shape", "example.video_photo"),
    handler=video,
)
