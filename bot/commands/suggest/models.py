"""Which models a form may name, and what --quality means there."""

from collections.abc import Callable, Sequence

from bot import catalogue
from bot.catalogue import _spec as spec
from bot.commands import making, models, options
from bot.commands.suggest import values
from bot.commands.suggest.form import Form
from bot.commands.suggest.suggestion import Reader, Suggestion, listed, matching
from bot.commands.texts import Seconds
from bot.replies import Credits, Text, text
from bot.requests import Kind
from bot.studio import Offer


def of_kinds(
    kinds: Sequence[Kind], typed: str, offers: Sequence[Offer], reader: Reader, *, before: str = ""
) -> tuple[Suggestion, ...]:
    """The models of some kinds that fit what was typed, those that can't be had last; all when none fits."""
    picked = [catalogue.pick(kind, tier).id for kind in kinds for tier in catalogue.QUALITIES]
    found = _found(kinds, typed, offers, picked=picked)
    return listed(reader.suggestion(f"{before}{offer.model.id}", label(offer, offers, reader)) for offer in found)


def of_form(form: Form, typed: str, offers: Sequence[Offer], reader: Reader) -> tuple[Suggestion, ...]:
    """The models for a form; those that take the media given first."""
    kinds = form.kinds_by_media
    picked = [form.picked(kind, tier).id for kind in kinds for tier in catalogue.QUALITIES]
    suited = sorted(offers, key=lambda offer: not _suits(form, offer.model))
    found = _found(kinds, typed, suited, picked=picked)
    return listed(reader.suggestion(offer.model.id, label(offer, offers, reader, form)) for offer in found)


def _found(kinds: Sequence[Kind], typed: str, offers: Sequence[Offer], *, picked: Sequence[str]) -> list[Offer]:
    """What fits; where nothing was typed, those that qualities pick, then one of each family, then the others.

    What has no key here is offered only where nothing else fits.
    """
    there = [offer for offer in offers if offer.model.kind in kinds]
    matched = matching(typed, there, lambda offer: names(offer.model)) if typed else []
    found = matched or sorted(there, key=_place(there, picked))
    return sorted([offer for offer in found if offer.why != "no_key"] or found, key=lambda offer: not offer.available)


def _place(offers: Sequence[Offer], picked: Sequence[str]) -> Callable[[Offer], int]:
    families = models.families([offer for offer in offers if offer.available])
    first = {family[0].model.id for family in families if not any(each.model.id in picked for each in family)}
    order = {id: place for place, id in reversed(list(enumerate(picked)))}
    return lambda offer: order.get(offer.model.id, len(picked) + (offer.model.id not in first))


def of_quality(form: Form, typed: str, offers: Sequence[Offer], reader: Reader) -> tuple[Suggestion, ...]:
    """Quick, good and best with the model that each picks; a named model's own words; either matches what was typed."""
    if form.named is not None:
        return values.of_option(form, "quality", typed, reader)
    own = values.of_option(form, "quality", typed, reader) if values.takes(form, "quality") else ()
    words = {
        tier: [tier, *(word for word, meant in options.TIER_WORDS.items() if meant == tier)] for tier in options.TIERS
    }
    tiers = matching(typed, words, lambda tier: words[tier])
    if not tiers and not own:
        tiers = list(words)
    return listed((*(_tier(form, tier, offers, reader) for tier in tiers), *own))


def label(offer: Offer, offers: Sequence[Offer], reader: Reader, form: Form | None = None) -> Text:
    """Nano Banana 2 · 1K · 5 per picture · usually 12 s; why not, where it can't be had."""
    model, took = offer.model, Seconds(offer.typical_s)
    title = models.called(model.title, offer, offers)
    line = text("models.offer", id=title, rate=making.rate_text(model, percent=reader.percent), took=took)
    if not offer.available:
        return text("models.line_closed", line=title, why=text(f"why.{offer.why}"))
    many = model.rate.span() is not None  # then the case at hand says more
    price = form.price(model, percent=reader.percent) if form and many else None
    if price is None:
        return line
    return text("suggest.model_price", id=title, price=Credits(amount=price), took=took)


def _tier(form: Form, tier: str, offers: Sequence[Offer], reader: Reader) -> Suggestion:
    model = form.picked(form.kinds[0], tier)
    offer = next((offer for offer in offers if offer.model.id == model.id), None)
    shown = label(offer, offers, reader, form) if offer else model.title
    return reader.suggestion(tier, text("suggest.tier", tier=text(f"tier.{tier}"), model=shown))


def names(model: spec.Model) -> tuple[str, ...]:
    """Everything it may be called."""
    return (model.id, model.title, *model.aliases, model.tier, model.provider)


def _suits(form: Form, model: spec.Model) -> bool:
    """Whether the model has an operation for the media given, or to be given where something is changed."""
    takes = {name for cls in model.operations for name in cls.media_fields()}
    if form.edits and not any(cls.least() for cls in model.operations):
        return False
    return all(name in takes or f"{name}s" in takes or name.removesuffix("s") in takes for name in form.media)
