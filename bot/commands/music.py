"""/music: a song or a piece of music from a description."""

from bot.commands import making
from bot.commands.declaration import Asking, Command
from bot.replies import Reply
from bot.requests import Kind


async def music(asking: Asking) -> Reply:
    """Make a song."""
    return await making.make(asking, kind=Kind.MUSIC)


COMMAND = Command(
    name="music",
    words=("音乐", "歌曲"),
    rank=3,
    kind=Kind.MUSIC,
    makes=(Kind.MUSIC,),
    worded=True,
    summary="summary.music",
    examples=("example.music", "example.music_lyrics"),
    handler=music,
)
