"""/talk: a picture that speaks, from words or from a recording."""

from bot.commands import deeds, making
from bot.commands.declaration import Action, Asking, Command
from bot.replies import Reply
from bot.requests import Kind


async def talk(asking: Asking) -> Reply:
    """Let a picture speak."""
    order = making.understood(asking)
    if not order.sources.keys() & {"image", "images"}:
        order = await making.with_first_word(asking, order, names=("image",))
    if order.sources and not order.prompt and not order.sources.keys() & {"audio", "audios"}:
        return deeds.ask(asking, "ask.talk")
    return await making.make(asking, kind=Kind.AVATAR, order=order)


async def voiceover(asking: Asking, subject: str) -> Reply:
    """Let the picture speak that a question is about."""
    return await deeds.of_file(asking, subject, action="voiceover", key="ask.talk", kind=Kind.AVATAR)


COMMAND = Command(
    name="talk",
    words=("说话", "数字人"),
    rank=5,
    kind=Kind.AVATAR,
    makes=(Kind.AVATAR,),
    media=("image", "audio"),
    summary="summary.talk",
    examples=("example.talk", "example.talk_audio"),
    actions=(Action(name="voiceover", of_question=True, asks="ask.talk", deed=voiceover),),
    handler=talk,
)
