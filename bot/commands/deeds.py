"""The deeds behind a result's buttons; by name, and on the files of any message, they are the same.

`edit K7Q2` without words is answered with the question what to change; `edit K7Q2 make it night` makes it. On a
message's files (`press("edit", "", heard)`) what was heard holds the words.
"""

import functools
from collections.abc import Sequence
from dataclasses import replace

from bot import catalogue, errors, media, requests, studio
from bot.commands import cards, cheaper, following, making, naming, pressing, sources
from bot.commands.declaration import Asking, Given
from bot.commands.making import Order
from bot.commands.sources import Source
from bot.commands.texts import Code, Texts
from bot.engine import wiring
from bot.media import MediaKind, MediaTrouble
from bot.replies import Quoted, Reply, Text, text
from bot.requests import Kind

SHOWN = 1000  # characters of the words that are to be changed
_NOTHING = frozenset("-–—－")  # said instead of words: do as you like


async def vary(asking: Asking, subject: str) -> Reply:
    """Another picture like this one, with the same words."""
    view = await _view(asking, subject)
    medium, plan = _plan("vary", view, subject)
    said = dict(plan.said)
    order = Order(
        prompt=str(said.pop("prompt", "")),
        said=said,
        sources={sources.SINGULAR[medium]: (_result(view, subject, medium),)},
        model=plan.model,
        confirmed=making.understood(asking).confirmed,
    )
    return await making.make(asking, kind=plan.kind, order=order, shown=_price(plan, view))


async def edit(asking: Asking, subject: str) -> Reply:
    """Change a picture or a clip the way the words say."""
    return await _follow(asking, subject, "edit")


async def animate(asking: Asking, subject: str) -> Reply:
    """Bring a picture to life; without a wish of the member's, by a line of ours."""
    return await _follow(asking, subject, "animate", default=text("animate.line"))


async def reference(asking: Asking, subject: str) -> Reply:
    """A new picture that takes this one as its reference."""
    return await _follow(asking, subject, "reference")


async def extend(asking: Asking, subject: str) -> Reply:
    """Let a clip go on."""
    return await _follow(asking, subject, "extend")


async def upscale(asking: Asking, subject: str) -> Reply:
    """A picture made larger."""
    return await _follow(asking, subject, "upscale")


async def describe(asking: Asking, subject: str) -> Reply:
    """A picture put into words."""
    return await _follow(asking, subject, "describe")


async def press(asking: Asking, subject: str) -> Reply:
    """One of the buttons that a provider offered below its own result."""
    view = await _view(asking, subject)
    request, offered = view.job.request, pressing.actions(view.outputs)
    number = naming.number_of(subject)
    if not 1 <= number <= len(offered):
        raise errors.NotFound("error.unknown_button", action=f"press {subject}")
    said = pressing.said(request, offered[number - 1])
    model = catalogue.find(request.model, kind=request.kind)
    made = asking.studio.request(request.kind, model, said, media={}, operation=pressing.OPERATION)
    shown = pressing.price_of(model, said, percent=view.job.percent)
    confirmed = making.understood(asking).confirmed
    outcome = asking.studio.submit(made, asked=asking.asked, confirmed=confirmed, shown=shown)
    return await cheaper.submitted(asking, made, outcome)


async def of_file(asking: Asking, subject: str, *, action: str, key: str, kind: Kind) -> Reply:
    """What is made of a bare file with the words that were lacking; a question about the file holds it."""
    about = await asking.studio.asked_about(subject, asked=asking.asked)
    order = making.understood(asking)
    if not order.prompt:
        return ask(asking, key, line=" ".join((action, subject.upper(), *asking.text.split())))
    return await making.make(asking, kind=kind, order=replace(order, sources={**_taken(about), **order.sources}))


async def reword(asking: Asking, subject: str) -> Reply:
    """The same request anew with other words; options may be said with them."""
    request = (await _view(asking, subject)).job.request
    if not request.prompt:
        raise errors.NotNow("error.no_words", job=naming.job_of(subject))
    order = making.understood(asking)
    if not order.prompt:
        asked = ask(asking, "ask.reword", line=" ".join(("reword", naming.job_of(subject), *asking.text.split())))
        before = text("card.prompt", prompt=Quoted(words=request.prompt, limit=SHOWN))
        return replace(asked, lines=(*asked.lines, before))
    kept = {name: value for name, value in request.options.items() if name != "prompt"}
    changed = replace(
        order,
        said={**kept, **order.said},
        sources={**_taken(request), **order.sources},
        model=order.model or ("" if order.quality else request.model),
        operation=order.operation or request.operation,
    )
    return await making.make(asking, kind=request.kind, order=changed)


def _taken(request: requests.Request) -> dict[str, tuple[Source, ...]]:
    """The media of an earlier request."""
    return {
        name: tuple(Source(words=ref.name or name, ref=ref) for ref in refs) for name, refs in request.media.items()
    }


def ask(asking: Asking, key: str, *, line: str | None = None) -> Reply:
    """A question whose answer goes on where a line ends: the command's own as it was said, unless told otherwise."""
    begun = f"/{asking.command.name} {asking.text}".strip() if line is None else line
    return Reply(lines=(text(key),), private=True, kind="ask", asks=begun, facts={"command": asking.command.name})


def default_prompt(key: Text, *, language: str) -> str:
    """Words of ours for those who have none, in their language."""
    return _texts().plain(key, language)


async def _follow(asking: Asking, subject: str, action: str, *, default: Text | None = None) -> Reply:
    price = None
    if subject:
        view = await _view(asking, subject)
        medium, plan = _plan(action, view, subject)
        price = _price(plan, view)
        first: Sequence[Source] = (_result(view, subject, medium),)
        order = making.understood(asking)
    else:
        medium, plan, files = _attached(asking, action)
        first = tuple(sources.attached(file) for file in files)
        order = making.understood(replace(asking, attachments=()))
    if default is not None and _declined(asking, order):
        order = replace(order, prompt=default_prompt(default, language=asking.asked.language))
    if not order.prompt and action not in following.WORDLESS:
        return _question(asking, subject, action)
    shown = None if order.said or order.model or order.quality else price  # what is said besides has its own price
    return await making.make(asking, kind=plan.kind, order=_planned(order, plan, medium, first), shown=shown)


def _price(plan: following.Plan, view: studio.View) -> int | None:
    """What the button below a result said that this costs."""
    facts = view.outputs[0].facts if view.outputs else None
    return following.cost_of(plan, facts, percent=view.job.percent)


def _planned(order: Order, plan: following.Plan, medium: MediaKind, first: Sequence[Source]) -> Order:
    """The order for this medium; what was said with the words counts more than the plan."""
    name = sources.SINGULAR[medium]
    operation = None if making.EXTEND in order.said else plan.operation
    return replace(
        order,
        sources={**order.sources, name: (*first, *order.sources.get(name, ()))},
        model=order.model or ("" if order.quality else plan.model),
        operation=order.operation or operation,
    )


def _question(asking: Asking, subject: str, action: str) -> Reply:
    if not subject:  # the files that came along can't be named in a line of their own
        return ask(asking, f"ask.{action}", line=f"/{asking.command.name}" if action == "edit" else "")
    line = " ".join((action, naming.line_of(subject), *asking.text.split()))
    return ask(asking, f"ask.{action}", line=line)


def _declined(asking: Asking, order: Order) -> bool:
    """Whether the member leaves the words to us: a dash, or a form that was sent without them."""
    return order.prompt.strip() in _NOTHING or (not order.prompt and "prompt" in asking.fields)


async def _view(asking: Asking, subject: str) -> studio.View:
    if not subject:
        raise errors.MemberError("error.which_job", example=Code("vary K7Q2"))
    return await asking.studio.view(naming.job_of(subject), asked=asking.asked)


def _plan(action: str, view: studio.View, subject: str) -> tuple[MediaKind, following.Plan]:
    """What the result is, and what is made of it. Raises Invalid where that can't be done to such a result."""
    request = view.job.request
    medium = wiring.RESULTS[request.kind]
    if not following.is_there(action):
        raise errors.NotNow("error.nothing_can", deed=text(f"can.{action}"))
    if (plan := following.WAYS[action](request, medium)) is None:
        raise _unfit(following.WANTED[action][0], subject, MediaTrouble.WRONG_KIND)
    return medium, plan


def _result(view: studio.View, subject: str, medium: MediaKind) -> Source:
    if not view.outputs:
        raise errors.NotNow("error.no_result", job=view.job.id, state=cards.state_text(view.job))
    number = naming.number_of(subject)
    fitting = [output for output in view.outputs if output.facts.kind is medium]
    if not 1 <= number <= len(fitting):
        raise _unfit(medium, subject, MediaTrouble.NOT_FOUND)
    output = fitting[number - 1]
    return Source(words=subject, ref=media.MediaRef(path=output.path, facts=output.facts, name=subject))


def _attached(asking: Asking, action: str) -> tuple[MediaKind, following.Plan, Sequence[Given]]:
    """The files that came along and can be used, with the member's own model. Raises MemberError without any."""
    wanted = following.WANTED[action]
    if not following.is_there(action):
        raise errors.NotNow("error.nothing_can", deed=text(f"can.{action}"))
    for medium in wanted:
        files = [given for given in asking.attachments if given.kind is medium]
        if files and (plan := following.WAYS[action](None, medium)) is not None:
            own = "" if plan.operation is None else plan.model
            return medium, replace(plan, model=own), files
    raise errors.MemberError("error.no_fitting_file", wanted=text(f"media_wanted.{'_or_'.join(wanted)}"))


def _unfit(medium: MediaKind, subject: str, trouble: MediaTrouble) -> errors.Invalid:
    return errors.Invalid(errors.Problem(field=str(medium), rule="media", value=subject, allowed=str(trouble)))


@functools.cache
def _texts() -> Texts:
    return Texts()
