"""Rulings: how an owner says what holds in a community, rule by rule, and what each may be.

A pure reading of words; `off` lifts a limit, `auto` goes back to the operator's default.
"""

import re
import unicodedata
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import Final

from bot import catalogue, errors
from bot.requests import Kind

AUTO: Final = "auto"  # what is kept for a rule that follows the operator's default: nothing
OFF: Final = frozenset({"off", "none", "no", "all", "everything", "everywhere", "关", "关闭", "不限", "全部"})
AUTOS: Final = frozenset({"auto", "default", "自动", "默认"})
ON: Final = frozenset({"on", "yes", "开", "开启"})
MOST_CREDITS: Final = 1_000_000
MOST_NAMED: Final = 50  # models or channels in one list


class Shape(Enum):
    """What a rule's value is."""

    NUMBER = "number"
    ZONE = "zone"
    PLACE = "place"
    KINDS = "kinds"
    MODELS = "models"
    PLACES = "places"
    SWITCH = "switch"
    BONUS = "bonus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule as it is said in a chat."""

    field: str  # of bot.credits.rules.Rules
    word: str  # what owners call it
    words: tuple[str, ...] = ()  # other names: 日预算
    shape: Shape = Shape.NUMBER
    least: int = 0
    most: int = MOST_CREDITS
    off: bool = True  # whether it can be lifted

    @property
    def allowed(self) -> str:
        """What it may be, ready to read."""
        ends = ", off, auto" if self.off else ", auto"
        match self.shape:
            case Shape.NUMBER:
                return f"{self.least}–{self.most}{ends}"
            case Shape.ZONE:
                return "Europe/Berlin, Asia/Shanghai, UTC, auto"
            case Shape.KINDS:
                return ", ".join(kind.value for kind in Kind) + ends
            case Shape.MODELS:
                return f"{catalogue.pick(Kind.IMAGE, 'good').id}{ends}"
            case Shape.PLACE | Shape.PLACES:
                return f"here, #123{ends}"
            case Shape.SWITCH:
                return "on, off, auto"
            case Shape.BONUS:
                return f"admin 20, @role {self.least}–{self.most}, admin off, auto"


RULES: Final = (
    Rule(field="day", word="day", words=("日预算", "每日预算"), least=1),
    Rule(field="month", word="month", words=("月预算", "每月预算"), least=1, most=100_000_000),
    Rule(field="first_day", word="first", words=("首日",), off=False),
    Rule(field="a_day", word="allowance", words=("额度", "每日额度"), off=False),
    Rule(field="saved", word="saved", words=("上限", "积攒"), off=False),
    Rule(field="member_hours", word="wait", words=("等待",), most=8760, off=False),
    Rule(field="member_day", word="member", words=("每人", "每人每日"), least=1),
    Rule(field="per_request", word="request", words=("每次",), least=1),
    Rule(field="at_once", word="jobs", words=("同时",), least=1, most=1000),
    Rule(field="clips_at_once", word="clips", words=("视频同时",), least=1, most=1000),
    Rule(field="all_at_once", word="together", words=("一起", "全体同时"), least=1, most=10_000),
    Rule(field="cooldown_s", word="cooldown", words=("间隔",), most=86_400, off=False),
    Rule(field="most", word="most", words=("最贵",), least=1),
    Rule(field="ask_above", word="ask", words=("询问",), least=1),
    Rule(field="percent", word="percent", words=("价格", "百分比"), least=1, most=1000, off=False),
    Rule(field="zone", word="zone", words=("时区",), shape=Shape.ZONE, off=False),
    Rule(field="notices", word="notices", words=("通知",), shape=Shape.PLACE),
    Rule(field="kinds", word="kinds", words=("种类",), shape=Shape.KINDS),
    Rule(field="models", word="models", words=("模型",), shape=Shape.MODELS),
    Rule(field="channels", word="channels", words=("频道",), shape=Shape.PLACES),
    Rule(field="bonuses", word="bonus", words=("加成",), shape=Shape.BONUS, least=1, most=100_000),
    Rule(field="told", word="renewal", words=("到账提示",), shape=Shape.SWITCH),
)
"""Every rule, in the order in which owners read them; whether a community is paused is none that is said so."""

_BY_WORD: Final = {word: rule for rule in RULES for word in (rule.word, rule.field, *rule.words)}
_PLACES: Final = {"beijing": "Asia/Shanghai", "北京": "Asia/Shanghai", "上海": "Asia/Shanghai", "中国": "Asia/Shanghai"}
_ADMINS: Final = frozenset({"admin", "admins", "管理员"})
_HERE: Final = frozenset({"here", "这里", "本频道", "本群"})
_ROLE = re.compile(r"(?:<@&)?(?P<id>\d{1,32})>?")
_PLACE = re.compile(r"-?\d{1,32}(?:/\d{1,32})?")
_KINDS: Final[Mapping[str, Kind]] = {
    **{kind.value: kind for kind in Kind},
    **{f"{kind.value}s": kind for kind in Kind},
    "pictures": Kind.IMAGE,
    "clips": Kind.VIDEO,
    "songs": Kind.MUSIC,
    "talk": Kind.AVATAR,
    "ask": Kind.CHAT,
    "answers": Kind.CHAT,
    "图片": Kind.IMAGE,
    "视频": Kind.VIDEO,
    "音乐": Kind.MUSIC,
    "朗读": Kind.SPEECH,
    "数字人": Kind.AVATAR,
    "问答": Kind.CHAT,
    "声音": Kind.VOICE,
}


def rule(word: str) -> Rule:
    """The rule that is called so. Raises Invalid with the nearest."""
    plain = unicodedata.normalize("NFKC", word).casefold()
    if (found := _BY_WORD.get(plain)) is not None:
        return found
    near = get_close_matches(plain, [each.word for each in RULES], n=3, cutoff=0.5)
    allowed = ", ".join(near or [each.word for each in RULES])
    raise errors.Invalid(errors.Problem(field="limits", rule="choice", value=word, allowed=allowed))


def of(field: str) -> Rule:
    """The rule of a field of Rules."""
    return _BY_WORD[field]


def value(
    rule: Rule, words: str, *, here: str = "", least_percent: int = 1, bonuses: Mapping[str, int] | None = None
) -> object:
    """What a rule is to be, as it is kept in JSON; None lifts it, AUTO follows the operator. Raises Invalid.

    `here` is the place in which it is said, by the platform's id; `least_percent` the operator's floor; `bonuses` are
    those that hold by now, of which one is changed.
    """
    said = unicodedata.normalize("NFKC", words).strip()
    if said.casefold() in AUTOS:
        return AUTO
    if said.casefold() in OFF:
        return _lifted(rule, words)
    match rule.shape:
        case Shape.NUMBER:
            return _number(rule, said, least=max(rule.least, least_percent if rule.field == "percent" else 0))
        case Shape.ZONE:
            return _zone(rule, said)
        case Shape.KINDS:
            return list(dict.fromkeys(_kind(rule, each).value for each in _listed(rule, said)))
        case Shape.MODELS:
            return list(dict.fromkeys(catalogue.find(each).id for each in _listed(rule, said)))
        case Shape.PLACE:
            return _place(rule, said, here=here)
        case Shape.PLACES:
            return list(dict.fromkeys(_place(rule, each, here=here) for each in _listed(rule, said)))
        case Shape.SWITCH:
            if said.casefold() not in ON:
                raise _wrong(rule, said)
            return True
        case Shape.BONUS:
            return _bonuses(rule, said, bonuses or {})


def _lifted(rule: Rule, words: str) -> object:
    if not rule.off:
        raise _wrong(rule, words)
    match rule.shape:
        case Shape.PLACE:
            return ""
        case Shape.SWITCH:
            return False
        case Shape.BONUS:
            return {}
        case _:
            return None


def _number(rule: Rule, said: str, *, least: int) -> int:
    plain = said.replace(",", "").removesuffix("%").strip()
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= 12 and least <= int(plain) <= rule.most):
        ends = ", off, auto" if rule.off else ", auto"
        allowed = f"{least}–{rule.most}{ends}"
        raise errors.Invalid(errors.Problem(field=rule.word, rule="choice", value=said, allowed=allowed))
    return int(plain)


def _zone(rule: Rule, said: str) -> str:
    """A time zone by its name in the IANA database, in any case."""
    known = {zone.casefold(): zone for zone in zoneinfo.available_timezones()} | _PLACES
    plain = said.replace(" ", "_").casefold()
    if (found := known.get(plain)) is not None:
        return found
    cities = {name.rpartition("/")[2]: zone for name, zone in sorted(known.items())}
    near = get_close_matches(plain, [*cities, *known], n=3, cutoff=0.6)
    allowed = ", ".join(dict.fromkeys(cities.get(each) or known[each] for each in near)) or rule.allowed
    raise errors.Invalid(errors.Problem(field=rule.word, rule="choice", value=said, allowed=allowed))


def _kind(rule: Rule, said: str) -> Kind:
    if (kind := _KINDS.get(said.casefold())) is None:
        raise _wrong(rule, said)
    return kind


def _place(rule: Rule, said: str, *, here: str) -> str:
    """A channel by the platform's id, as `<#123>`, 123, 123/456 for a topic, or the one where it is said."""
    found = here if said.casefold() in _HERE else said.strip("<#>")
    if not _PLACE.fullmatch(found):
        raise _wrong(rule, said)
    return found


def _bonuses(rule: Rule, said: str, known: Mapping[str, int]) -> dict[str, int]:
    """All of them, with the one that was said: `admin 20`, `<@&123> 10`, `admin off`."""
    who, _, amount = said.rpartition(" ")
    role = "admin" if who.strip().casefold() in _ADMINS else (found["id"] if (found := _ROLE.fullmatch(who)) else "")
    if not role:
        raise _wrong(rule, said)
    others = {each: credits for each, credits in known.items() if each != role}
    if amount.casefold() in OFF:
        return others
    if len(others) >= MOST_NAMED:
        raise errors.Invalid(errors.Problem(field=rule.word, rule="count", value=said, allowed=f"{MOST_NAMED} at most"))
    return {**others, role: _number(rule, amount, least=rule.least)}


def _listed(rule: Rule, said: str) -> list[str]:
    found = [each for each in re.split(r"[,、，\s]+", said) if each]
    if not 1 <= len(found) <= MOST_NAMED:
        raise _wrong(rule, said)
    return found


def _wrong(rule: Rule, said: str) -> errors.Invalid:
    return errors.Invalid(errors.Problem(field=rule.word, rule="choice", value=said, allowed=rule.allowed))
