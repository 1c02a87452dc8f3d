"""/speech: words read aloud."""

from bot.commands import making
from bot.commands.declaration import Asking, Command
from bot.replies import Reply
from bot.requests import Kind


async def speech(asking: Asking) -> Reply:
    """Read words aloud."""
    return await making.make(asking, kind=Kind.SPEECH)


COMMAND = Command(
    name="speech",
    words=("朗读", "语音"),
    rank=4,
    kind=Kind.SPEECH,
    makes=(Kind.SPEECH,),
    worded=True,
    summary="summary.speech",
    examples=("example.speech", "example.speech_voice", "example.speech_pause"),
    handler=speech,
)
