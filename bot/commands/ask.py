"""/ask: an answer to a question, and what is asked on from there."""

from dataclasses import replace

from bot import errors, studio
from bot.commands import deeds, making, naming, written
from bot.commands.declaration import Action, Asking, Command
from bot.replies import Reply
from bot.requests import Kind

REMEMBERED = 8000  # characters of a conversation that a model is told again: each costs once more

FURTHER = "further"  # the action below an answer, to ask on from there

_SO_FAR = "Our conversation so far, the oldest first:"
_ASKED, _ANSWERED = "\n\nI asked: ", "\n\nYou answered: "


async def ask(asking: Asking) -> Reply:
    """Answer a question."""
    order = making.understood(asking)
    if order.prompt and not (order.model or order.operation or order.sources):
        order = replace(order, operation="chat")  # a model that only describes pictures answers nothing
    return await making.make(asking, kind=Kind.CHAT, order=order)


async def further(asking: Asking, subject: str) -> Reply:
    """Ask on where an answer ended: the model is told what was said before."""
    view = await asking.studio.view(naming.job_of(subject), asked=asking.asked)
    if view.job.request.kind is not Kind.CHAT or (answer := await _answer(asking, view)) is None:
        raise errors.NotNow("error.no_answer", job=view.job.id)
    order = making.understood(asking)
    if not order.prompt:
        return deeds.ask(asking, "ask.further", line=" ".join((FURTHER, view.job.id, *asking.text.split())))
    request = view.job.request
    kept = {name: value for name, value in request.options.items() if name not in ("prompt", "system")}
    told = remembered(str(request.options.get("system", "")), question=request.prompt, answer=answer)
    model = order.model or ("" if order.quality else request.model)
    changed = replace(order, said={**kept, "system": told, **order.said}, model=model)
    return await making.make(asking, kind=Kind.CHAT, order=changed)


def remembered(system: str, *, question: str, answer: str) -> str:
    """How to answer, with what was asked and answered behind it; the oldest is forgotten first."""
    manner, _, before = system.partition(_SO_FAR)
    said = f"{before}{_ASKED}{question}{_ANSWERED}{answer}"
    while len(said) > REMEMBERED and (cut := said.find(_ASKED, 1)) > 0:
        said = said[cut:]
    if len(said) > REMEMBERED:  # one long answer: its end is what the next question is about
        said = f"{_ANSWERED}…{said[-REMEMBERED:]}"
    return f"{manner.strip()}\n\n{_SO_FAR}{said}".strip()


async def _answer(asking: Asking, view: studio.View) -> str | None:
    """What was answered; None where nothing was, or it is no longer kept."""
    prose = await written.prose(view.job, view.outputs, read=asking.studio.words)
    return prose.words if prose is not None else None


COMMAND = Command(
    name="ask",
    words=("问", "提问"),
    rank=6,
    kind=Kind.CHAT,
    makes=(Kind.CHAT,),
    media=("image",),
    worded=True,
    summary="summary.ask",
    examples=("example.ask", "example.ask_poem", "example.ask_further"),
    actions=(Action(name=FURTHER, words=("追问",), asks="ask.further", deed=further),),
    handler=ask,
)
