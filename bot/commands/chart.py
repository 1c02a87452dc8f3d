"""The usage card: a member's credits, or a community's pool, as a picture in the reader's language."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot import drawing, money, studio
from bot.commands.declaration import Asking
from bot.commands.texts import Day, Texts, spoken
from bot.drawing import Bar, Card
from bot.money import UsageDay
from bot.replies import Attachment, Credits, Reply, Text, text

NAME: Final = "credits.png"


async def member(asking: Asking) -> Reply:
    """The member's own."""
    asked, purse = asking.asked, asking.studio.purse
    statement = await asking.studio.statement(asked)
    frame, days = await purse.frame(asked), await purse.usage(asked)
    title = _title(statement.means, days)
    words = _Words(_language(asking))
    card = words.card(
        days,
        title=title,
        figure=statement.means.total,
        unit=text("chart.left"),
        bars=tuple(_bars(statement.means, frame, words)),
        notes=tuple(_notes(statement, frame.zone)),
    )
    picture = await purse.picture(card, name=NAME)
    return Reply(lines=(title,), media=(picture,), private=True, facts={"days": [_facts(day) for day in days]})


async def community(asking: Asking, usage: studio.CommunityUsage) -> Attachment:
    """The pool that the asker manages."""
    called = asking.asked.community.title if asking.asked.community else ""
    words = _Words(_language(asking))
    bars = [Bar(label=words(text("chart.pool")), value=words(text("chart.amount", n=usage.in_pool)), share=None)]
    if usage.month is not None:
        bars.insert(0, words.bar(words(text("chart.month")), max(0, usage.month - usage.paid), usage.month))
    back = (text("chart.returned", n=usage.returned),) if usage.returned else ()
    card = words.card(
        usage.days,
        title=text("chart.community", community=called, used=Credits(amount=usage.used), days=len(usage.days)),
        figure=usage.in_pool,
        unit=text("chart.left"),
        bars=tuple(bars),
        notes=(pace(usage), *back),
    )
    return await asking.studio.purse.picture(card, name=NAME)


def pace(usage: studio.CommunityUsage) -> Text:
    """How long a pool lasts if it goes on like this."""
    if not usage.pace:
        return text("history.still")
    if usage.until is None:
        return text("history.pace_long", pace=usage.pace)
    return text("history.pace", pace=usage.pace, until=Day(usage.until))


def _language(asking: Asking) -> str:
    """The reader's own: nobody else sees it."""
    return spoken(asking.asked.account.preferences.language or asking.asked.person.language)


def _title(means: money.Means, days: Sequence[UsageDay]) -> Text:
    """What the picture shows, as a sentence."""
    used = sum(day.used for day in days)
    if not used:
        return text("chart.unused", left=Credits(amount=means.total), days=len(days))
    kinds: dict[str, int] = {}
    for kind, credits in (part for day in days for part in day.by_kind):
        kinds[kind] = kinds.get(kind, 0) + credits
    most = max(kinds, key=lambda kind: kinds[kind])
    told, named = Credits(amount=used), text(f"kinds.{most}")
    if kinds[most] == used:
        return text("chart.only", used=told, days=len(days), kind=named)
    if kinds[most] * 2 > used:
        return text("chart.mostly", used=told, days=len(days), kind=named)
    return text("chart.first", used=told, days=len(days), kind=named)


def _bars(means: money.Means, frame: studio.Frame, words: "_Words") -> Iterator[Bar]:
    """Where the credits come from, and how full each source is."""
    if frame.saved:
        yield words.bar(words(text("chart.allowance")), means.allowance, max(frame.saved, means.allowance))
    if means.community and means.in_pool is not None:
        brake = means.brake
        if brake is None or brake.left > means.in_pool:
            yield Bar(label=means.community, value=words(text("chart.amount", n=means.in_pool)), share=None)
        else:
            yield words.bar(means.community, brake.left, brake.limit)
    yield Bar(label=words(text("chart.own")), value=words(text("chart.amount", n=means.own)), share=None)


def _notes(statement: money.Statement, zone: ZoneInfo) -> Iterator[Text]:
    """When more comes, by the clock: a picture can't count down."""
    if (coming := statement.means.coming) is not None:
        at = coming.at.astimezone(zone)
        day, time = Day(at.date()), f"{at:%H:%M}"
        if coming.opens:
            yield text("chart.opens", amount=coming.amount, day=day, time=time, zone=zone)
        else:
            yield text("chart.coming", amount=coming.amount, day=day, time=time, zone=zone)
    if statement.held:
        yield text("chart.held", held=statement.held)


class _Words:
    """Texts in one language, as a picture writes them."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __call__(self, line: Text) -> str:
        return _texts().plain(line, self._language)

    def bar(self, label: str, left: int, whole: int) -> Bar:
        """So much of so much."""
        return Bar(label=label, value=self(text("chart.of", left=left, whole=whole)), share=left / max(1, whole))

    def card(
        self,
        days: Sequence[UsageDay],
        *,
        title: Text,
        figure: int,
        unit: Text,
        bars: tuple[Bar, ...],
        notes: tuple[Text, ...],
    ) -> Card:
        """A card with these numbers."""
        kinds = {kind: self(text(f"kinds.{kind}")) for day in days for kind, _ in day.by_kind}
        return drawing.Card(
            title=self(title),
            figure=self(text("chart.amount", n=figure)),
            unit=self(unit),
            bars=bars,
            days=tuple(days),
            kinds=kinds,
            period=self(text("chart.period", first=Day(days[0].day), last=Day(days[-1].day))),
            empty=self(text("chart.empty")),
            notes=tuple(map(self, notes)),
            units=self._units(),
        )

    def _units(self) -> tuple[tuple[int, str], ...]:
        """Large numbers and their short names: `1000 k, 1000000 M`."""
        pairs = (pair.split() for pair in self(text("chart.units")).split(","))
        return tuple((int(number), name) for number, name in pairs)


def _facts(day: UsageDay) -> Mapping[str, Any]:
    return {"day": day.day.isoformat(), "used_credits": dict(day.by_kind), "returned_credits": day.returned}


@functools.cache
def _texts() -> Texts:
    return Texts()
