"""/models: what there is to choose from, with price, usual time and availability."""

from collections.abc import Iterator, Sequence

from bot import catalogue, errors, studio
from bot.catalogue import _spec as spec
from bot.commands import grammar, making, menus
from bot.commands.declaration import Asking, Command
from bot.commands.texts import Code, Listed, Seconds
from bot.credits import settlement
from bot.replies import Reply, Text, text
from bot.requests import Kind

CLOSED = 8  # ids of models that can't be had; of more, how many

KIND_WORDS = {
    **dict.fromkeys(("picture", "pictures", "images"), Kind.IMAGE),
    "图片": Kind.IMAGE,
    **dict.fromkeys(("clip", "clips", "videos"), Kind.VIDEO),
    "视频": Kind.VIDEO,
    **dict.fromkeys(("song", "songs"), Kind.MUSIC),
    "音乐": Kind.MUSIC,
    "语音": Kind.SPEECH,
    **dict.fromkeys(("voices", "音色"), Kind.VOICE),
    "朗读": Kind.SPEECH,
    "talk": Kind.AVATAR,
    "数字人": Kind.AVATAR,
    "文字": Kind.CHAT,
    **{kind.value: kind for kind in Kind},
}
"""How a kind may be called."""


async def models(asking: Asking) -> Reply:
    """The models of one kind, or those that a word names, family by family; else what is picked for each kind."""
    word = asking.text.strip().lower()
    offers = await asking.studio.offers()
    if word:
        offers = _named_by(word, offers) or await asking.studio.offers(kind_of(word))
    lines: list[Text] = []
    for kind in Kind:
        of_kind = [offer for offer in offers if offer.model.kind is kind]
        if of_kind:
            lines.append(text("models.kind", kind=text(f"kinds.{kind}"), flag=Code(_named("model", asking))))
            lines.extend(_of_kind(of_kind, asking) if word else _overview(of_kind, kind, asking))
    percent = asking.studio.percent(asking.asked)
    facts = {"models": [_facts(offer, percent=percent) for offer in offers]}
    return Reply(lines=tuple(lines), private=True, facts=facts)


def _named_by(word: str, offers: Sequence[studio.Offer]) -> tuple[studio.Offer, ...]:
    """Those in whose names the word is; none for a word that names a kind."""
    if word in KIND_WORDS:
        return ()
    return tuple(offer for offer in offers if any(word in name.casefold() for name in _names(offer.model)))


def _names(model: spec.Model) -> tuple[str, ...]:
    return (model.id, model.title, *model.aliases)


def _overview(offers: Sequence[studio.Offer], kind: Kind, asking: Asking) -> Iterator[Text]:
    """What each quality means, and how many more there are."""
    picked = _picked(offers, kind)
    yield from (_line(offer, tier, asking) for offer, tier in picked)
    if more := len([offer for offer in offers if offer.available]) - len(picked):
        yield text("models.more", n=more, how=Code(menus.written(asking, "models", kind=kind.value)))


def _of_kind(offers: Sequence[studio.Offer], asking: Asking) -> Iterator[Text]:
    """What each quality means, then every family, then what can't be had and why."""
    picked = {offer.model.id: _line(offer, tier, asking) for offer, tier in _picked(offers, offers[0].model.kind)}
    yield from picked.values()
    for family in families([offer for offer in offers if offer.available]):
        if not all(offer.model.id in picked for offer in family):
            yield _family(family, offers, percent=asking.studio.percent(asking.asked))
    for why in dict.fromkeys(offer.why for offer in offers if not offer.available):
        ids = [offer.model.id for offer in offers if offer.why == why]
        listed = Listed(tuple(map(Code, ids[:CLOSED])))
        more = {"n": len(ids) - CLOSED} if len(ids) > CLOSED else {}
        yield text("models.closed_more" if more else "models.closed", ids=listed, why=text(f"why.{why}"), **more)


def _picked(offers: Sequence[studio.Offer], kind: Kind) -> list[tuple[studio.Offer, str]]:
    """What quick, good and best mean, each once and only if it can be had; of two qualities, good."""
    by_id = {offer.model.id: offer for offer in offers if offer.available}
    found: dict[str, str] = {}
    for tier in ("good", *catalogue.QUALITIES):
        found.setdefault(catalogue.pick(kind, tier).id, tier)
    ranked = sorted(found.items(), key=lambda pair: catalogue.QUALITIES.index(pair[1]))
    return [(by_id[id], tier) for id, tier in ranked if id in by_id]


def families(offers: Sequence[studio.Offer]) -> list[list[studio.Offer]]:
    """Offers of one provider whose names begin alike, in the order of the first of each."""
    found: dict[tuple[str, str], list[studio.Offer]] = {}
    for offer in offers:
        found.setdefault((offer.model.provider, family_name(offer)), []).append(offer)
    return list(found.values())


def family_name(offer: studio.Offer) -> str:
    """What a model's name has in common with its kin's: Nano Banana 2, of Nano Banana 2 · 1K."""
    return offer.model.title.partition(" · ")[0]


def called(name: str, offer: studio.Offer, offers: Sequence[studio.Offer]) -> str:
    """A model's or a family's name, with the provider where another one has a family of that name."""
    own, alike = offer.model.provider, family_name(offer)
    shared = any(each.model.provider != own and each.available and family_name(each) == alike for each in offers)
    return f"{name} · {own}" if shared and own not in name.split(" · ") else name


def _family(family: Sequence[studio.Offer], offers: Sequence[studio.Offer], *, percent: int) -> Text:
    """One line: the ids with what each costs, or all together where that is the same."""
    first = family[0].model
    if len(family) == 1:
        name = text("models.single", name=called(first.title, family[0], offers), id=Code(first.id))
        rate = making.rate_text(first, percent=percent)
        return text("models.offer", id=name, rate=rate, took=Seconds(family[0].typical_s))
    alike = len({offer.model.rate.words() for offer in family}) == 1
    shared = (
        making.rate_text(first, percent=percent) if alike else text("models.per", unit=text(making.unit_key(first)))
    )
    return text(
        "models.family",
        name=called(family_name(family[0]), family[0], offers),
        ids=Listed(tuple(Code(offer.model.id) if alike else _priced(offer.model, percent) for offer in family)),
        rate=shared,
        took=_usually(family),
    )


def _priced(model: spec.Model, percent: int) -> Text:
    words = settlement.rate(model.rate, percent=percent).words()
    key = "models.priced" if words.replace(".", "", 1).isdecimal() else "models.priced_by"
    return text(key, id=Code(model.id), price=words)


def _usually(family: Sequence[studio.Offer]) -> Text | Seconds:
    least, most = (pick(offer.typical_s for offer in family) for pick in (min, max))
    return Seconds(least) if least == most else text("models.between", least=Seconds(least), most=Seconds(most))


def kind_of(word: str) -> Kind:
    """The kind somebody means. Raises Invalid."""
    if kind := KIND_WORDS.get(word.lower()):
        return kind
    allowed = ", ".join(kind.value for kind in Kind)
    near = grammar.nearest(word, [kind.value for kind in Kind])
    raise errors.Invalid(errors.Problem(field="kind", rule="choice", value=word, allowed=near or allowed))


def _named(option: str, asking: Asking) -> str:
    """How an option is said where the reader is."""
    return menus.field_name(option, asking) if asking.form else f"--{option}"


def _line(offer: studio.Offer, tier: str, asking: Asking) -> Text:
    model, rate = offer.model, making.rate_text(offer.model, percent=asking.studio.percent(asking.asked))
    line = text("models.offer", id=Code(model.id), rate=rate, took=Seconds(offer.typical_s))
    between = ": " if asking.form else " "
    return text("models.line_tier", line=line, tier=Code(f"{_named('quality', asking)}{between}{tier}"))


def _facts(offer: studio.Offer, *, percent: int) -> dict[str, object]:
    model = offer.model
    return {
        "model": model.id,
        "title": model.title,
        "kind": model.kind.value,
        "provider": model.provider,
        "price": settlement.rate(model.rate, percent=percent).words(),
        "unit": model.operations[0].unit,
        "typical_s": offer.typical_s,
        "available": offer.available,
        "why": offer.why,
    }


COMMAND = Command(
    name="models",
    words=("模型",),
    rank=7,
    fields=("kind",),
    summary="summary.models",
    examples=("example.models", "example.models_kind"),
    handler=models,
)
