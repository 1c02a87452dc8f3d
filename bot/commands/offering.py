"""Offers: bare words or a bare file in a direct message, and what could be made of them, to be tapped.

Each button is a question of its own, answered at the price it shows; the others stay good until they expire.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot import errors, jobs, requests
from bot.commands import buttons, cards, deeds, following, making, sources
from bot.commands.declaration import Action, Asking
from bot.commands.making import Order
from bot.commands.sources import Source
from bot.commands.texts import Code
from bot.media import MediaKind
from bot.replies import Button, Reply, Text, text
from bot.requests import Kind

_SMALL_TALK = re.compile(
    r"hi|hello|hey|hallo|hiya|yo|there|everyone|all|you|your|bot|atelier|thanks|thank|thx|ty|much|very|so|good|great|nice"
    r"|morning|afternoon|evening|night|day|bye|goodbye|ok|okay|yes|no|yep|nope|please|help|test|testing|start|stop|what"
    r"|who|how|are|is|it|do|can|this|lol|cool|wow|welcome|sorry|again|more"
)
"""Words that ask for nothing when there are no others."""

_POLITE = re.compile(
    r"(你好|您好|嗨|哈喽|哈啰|嘿|早上好|早安|早|上午好|下午好|晚上好|晚安|谢谢|多谢|感谢|再见|拜拜|好的|好|在吗|帮助|测试|请问"
    r"|你是谁|你会什么|你能做什么|啊|呀|呢|吗|了|你|您|大家|们)+"
)
_LEAST_LETTERS = 3  # of words in letters; a Chinese character is a word, and two of them may be a wish
_LATIN = re.compile(r"[^\W\d_]+")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """One thing that could be made, with the button's message."""

    label: str
    kind: Kind
    order: Order


async def offer(asking: Asking, _: str) -> Reply:
    """What could be made of what was said or sent; whoever only greets is shown around."""
    order = making.understood(asking)
    if not order.sources and is_small_talk(order.prompt):
        return await asking.shelf["help"].handler(replace(asking, text="", command=asking.shelf["help"]))
    order = await _with_media_kept(asking, order)
    try:
        drafts = await _drafts(asking, list(_choices(asking, order)))
    except errors.MemberError:
        if order.prompt:
            raise
        drafts = []  # how to go on with a file is worth saying all the same
    return _reply(order, drafts, percent=asking.studio.percent(asking.asked))


ACTION = Action(name="offer", deed=offer)
"""How the door does it; no member ever types its name."""


def is_small_talk(words: str) -> bool:
    """Whether there is nothing in the words to make something of: a greeting, thanks, a letter or two, a smile."""
    plain = words.strip()
    if _HAN.search(plain):
        han = "".join(_HAN.findall(plain))
        return len(han) < 2 or _POLITE.fullmatch(han) is not None
    found = [word.lower() for word in _LATIN.findall(plain)]
    return sum(map(len, found)) < _LEAST_LETTERS or all(map(_SMALL_TALK.fullmatch, found))


def _choices(asking: Asking, order: Order) -> Iterator[_Choice]:
    if not order.sources:
        for kind in (Kind.IMAGE, Kind.VIDEO, Kind.MUSIC, Kind.SPEECH, Kind.CHAT):
            yield _Choice(label=f"offer.{kind}", kind=kind, order=order)
    elif sources.SOUNDS & order.sources.keys():
        return  # what a recording needs is a picture: that is said
    elif sources.CLIPS & order.sources.keys():
        if order.prompt:
            yield _Choice(label="offer.change", kind=Kind.VIDEO, order=replace(order, operation="edit"))
    else:
        if order.prompt:
            yield _Choice(label="offer.change", kind=Kind.IMAGE, order=order)
        alive = order.prompt or deeds.default_prompt(text("animate.line"), language=asking.asked.language)
        yield _Choice(label="button.animate", kind=Kind.VIDEO, order=replace(order, prompt=alive))
        if order.prompt:
            yield _Choice(label="offer.talk", kind=Kind.AVATAR, order=order)
        else:
            yield from _wordless(order)


def _wordless(order: Order) -> Iterator[_Choice]:
    """What a picture alone can become, where a model can do it."""
    for way in ("describe", "upscale"):
        if (plan := following.WAYS[way](None, MediaKind.IMAGE)) is not None:
            changed = replace(order, model=plan.model, operation=plan.operation)
            yield _Choice(label=f"button.{way}", kind=plan.kind, order=changed)


async def _with_media_kept(asking: Asking, order: Order) -> Order:
    """The order with its media taken in once, for all that could be made of them."""
    taken = await sources.taken_in(asking, order.sources)
    kept = {name: tuple(Source(words=ref.name, ref=ref) for ref in refs) for name, refs in taken.items()}
    return replace(order, sources=kept)


async def _drafts(asking: Asking, choices: list[_Choice]) -> list[tuple[str, jobs.Draft]]:
    """A question per choice, with its label; what fits no model is left out. Raises Invalid where nothing is left."""
    made: list[tuple[str, requests.Request]] = []
    refusals: list[errors.Invalid] = []
    for choice in choices:
        try:
            made.append((choice.label, await making.requested(asking, choice.order, kind=choice.kind)))
        except errors.Invalid as refusal:
            refusals.append(refusal)
    if refusals and not made:
        raise refusals[0]
    drafts = await asking.studio.offer([request for _, request in made], asked=asking.asked) if made else ()
    labels = {(request.kind, request.operation): label for label, request in made}
    return [(labels[draft.request.kind, draft.request.operation], draft) for draft in drafts]


def _reply(order: Order, drafts: list[tuple[str, jobs.Draft]], *, percent: int) -> Reply:
    line, asks = _line(order)
    alive = (text("offer.alive"),) if drafts and not order.prompt else ()
    return Reply(
        lines=(*alive, line),
        buttons=_with_words_to_come(order, drafts, percent=percent),
        private=True,
        kind="offer",
        asks=asks,
        facts={"offers": [cards.offered(draft) for _, draft in drafts]},
    )


def _with_words_to_come(order: Order, drafts: list[tuple[str, jobs.Draft]], *, percent: int) -> tuple[Button, ...]:
    """A button for each question, and for what a picture becomes once there are words; the first question holds it."""
    starts = [buttons.button("start", draft.id, text(label, price=draft.price)) for label, draft in drafts]
    if order.prompt or "image" not in order.sources or not drafts:
        return tuple(starts)
    change, talk = following.painted(None, MediaKind.IMAGE), following.speaking(None, MediaKind.IMAGE)
    ref, holder = order.sources["image"][0].ref, drafts[0][1].id
    facts = ref.facts if ref else None
    priced = {
        "retouch": ("offer.change", following.cost_of(change, facts, percent=percent)),
        "voiceover": ("offer.talk_from", following.cost_of(talk, facts, percent=percent)),
    }
    made = {
        action: buttons.button(action, holder, text(label, price=price))
        for action, (label, price) in priced.items()
        if price is not None
    }
    found = (made.get("retouch"), *starts[:1], made.get("voiceover"), *starts[1:])
    return tuple(button for button in found if button is not None)


def _line(order: Order) -> tuple[Text, str]:
    """What is said above the buttons, and the line that the next words complete."""
    edit, talk = Code(text("offer.edit_line")), Code(text("offer.talk_line"))
    if sources.SOUNDS & order.sources.keys():
        return text("offer.recording", talk=talk), ""
    if order.prompt or not order.sources:
        return text("offer.words"), ""
    if sources.CLIPS & order.sources.keys():
        return text("offer.clip", edit=edit), "/edit"
    return text("offer.picture", edit=edit, talk=talk), "/edit"
