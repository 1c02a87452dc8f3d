"""The message catalogues: complete, alike in both languages, used, and rendered with every value escaped once."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import catalogue, jobs, media, money, requests
from bot.catalogue import _spec as spec
from bot.commands import options, payers, texts
from bot.commands.texts import Bold, Code, Listed, Plain, Seconds, Texts
from bot.replies import Credits, Quoted, Text, When, text

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
SOURCES = [path for package in ("bot", "adapters") for path in sorted((ROOT / package).rglob("*.py"))]
TREES = [ast.parse(path.read_text("utf-8"), str(path)) for path in SOURCES]
TEXTS = Texts(strict=True)
EN, ZH = TEXTS.keys("en"), TEXTS.keys("zh")

ALIKE = {
    "voices.say",
    "asked.line",
    "asked.wordless",
    # nothing in them is language: numbers, ids, marks and other messages
    "button.home",
    "admin.rule",
    "button.other",
    "button.press",
    "card.prompt",
    "card.title",
    "chart.amount",
    "credits.and",
    "credits.kind",
    "jobs.line",
    "jobs.line_bare",
    "models.line_tier",
    "models.priced",
    "platform.discord",
    "platform.telegram",
    "suggest.job",
    "suggest.key",
    "suggest.tier",
    "suggest.value",
    "suggest.word",
}
CLUB = money.Parts(pool=5, community="Pixel Club")
MAKERS = {"text", "Text", "MemberError", "NotFound", "NotNow"}  # what a message's key is given to


@dataclass(frozen=True, slots=True)
class Use:
    """One place that names a message."""

    key: str  # or what it starts with
    given: frozenset[str]
    whole: bool  # whether `key` is the whole key
    where: str


def uses() -> Iterator[Use]:
    for tree in TREES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in MAKERS and node.args:
                given = frozenset(k.arg for k in node.keywords if k.arg)
                where = ast.unparse(node)
                match node.args[0]:
                    case ast.Constant(value=str(key)):
                        yield Use(key, given, True, where)
                    case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]):
                        yield Use(start, given, False, where)


def strings() -> Iterator[tuple[str, bool]]:
    """Every text constant of the core and the adapters, and the start of every composed one."""
    for tree in TREES:
        for node in ast.walk(tree):
            match node:
                case ast.Constant(value=str(words)):
                    yield words, True
                case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]):
                    yield start, False


def rules() -> set[str]:
    """Every rule a Problem is made with."""
    return {
        keyword.value.value
        for tree in TREES
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _name(node.func) == "Problem"
        for keyword in node.keywords
        if keyword.arg == "rule" and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str)
    }


def _name(func: ast.expr) -> str:
    match func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


USES: list[Use] = sorted(uses(), key=lambda use: use.where)


def test_both_languages_have_the_same_messages() -> None:
    assert EN == ZH


@pytest.mark.parametrize("key", sorted(EN & ZH))
def test_both_languages_say_the_same(key: str) -> None:
    assert TEXTS.placeholders(key, "en") == TEXTS.placeholders(key, "zh")
    same = TEXTS.forms(key, "en") == TEXTS.forms(key, "zh")
    assert same == (key in ALIKE)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_no_message_uses_a_banker_s_words(language: str) -> None:
    banned = (
        re.compile(r"\b(hold|held|capture|release|refund)", re.IGNORECASE)
        if language == "en"
        else re.compile("冻结|扣除")
    )
    words = (form for key in TEXTS.keys(language) for form in TEXTS.forms(key, language))
    assert [form for form in words if banned.search(re.sub(r"{\w+}", "", form))] == []


@pytest.mark.parametrize("use", USES, ids=lambda u: u.key)
def test_every_place_that_names_a_message_fills_it(use: Use) -> None:
    if use.whole:
        assert use.key in EN, use.where
        assert TEXTS.placeholders(use.key, "en") == use.given, use.where
    else:
        meant = [key for key in EN if key.startswith(use.key)]
        assert meant, use.where


def test_every_message_is_used() -> None:
    said = list(strings())
    whole = {words for words, complete in said if complete}
    starts = tuple(start for start, complete in said if not complete and "." in start)
    assert {key for key in EN if key not in whole and not key.startswith(starts)} == set()


@pytest.mark.parametrize(
    "key",
    [
        *(f"{table}.{kind}" for table in ("failed", "why_failed") for kind in jobs.FailureKind),
        *(f"state.{state}" for state in jobs.JobState),
        *(f"{table}.{kind}" for table in ("kind", "kinds", "doing", "done") for kind in requests.Kind),
        *(f"medium.{kind}" for kind in media.MediaKind),
        *(f"media.{trouble}" for trouble in media.MediaTrouble),
        *(f"language.{language}" for language in texts.LANGUAGES),
        *(f"problem.{rule}{bare}" for rule in sorted(rules() - {"media", "flag"}) for bare in ("", "_bare")),
        *(f"option.{name}" for name in sorted({*options.vocabulary().names.values(), *spec.MEDIA})),
        *(f"rate.{o.unit.replace(' ', '_')}" for m in catalogue.MODELS.values() for o in m.operations),
    ],
)
def test_what_is_put_together_at_run_time_exists(key: str) -> None:
    assert TEXTS.has(key)


class Marks:
    """A markup that shows what was done to the words."""

    def escape(self, words: str) -> str:
        return words.replace("<", "&lt;")

    def bold(self, safe: str) -> str:
        return f"*{safe}*"

    def code(self, words: str) -> str:
        return f"`{words}`"

    def quote(self, words: str) -> str:
        return f"«{self.escape(words)}»"

    def moment(self, at: datetime) -> str:
        return f"@{at:%H:%M}"


@pytest.mark.parametrize(
    ("said", "en", "zh"),
    [
        (text("queued.nth", place=1), "1st in line", "排在第 1 位"),
        (text("queued.nth", place=2), "2nd in line", "排在第 2 位"),
        (text("queued.nth", place=3), "3rd in line", "排在第 3 位"),
        (text("queued.nth", place=11), "11th in line", "排在第 11 位"),
        (text("queued.nth", place=1021), "1,021st in line", "排在第 1,021 位"),
        (text("unit.credits", n=1), "1 credit", "1 积分"),
        (text("unit.credits", n=1000), "1,000 credits", "1,000 积分"),
        (
            text("queued.line", place=text("queued.next"), aside=payers.aside(CLUB), left=1015),
            "Got it! You're next. 5 credits set aside from your «Pixel Club» allowance, 1,015 left.",
            "收到！马上轮到你。预留 «Pixel Club» 额度 5 积分，余 1,015。",
        ),
        (
            text("queued.ready", place=text("queued.next"), ready=When(at=NOON)),
            "You're next, ready @12:00",
            "马上轮到你，预计 @12:00完成",
        ),
        (
            text("receipt.line", used=payers.used(CLUB), left=15, took=Seconds(38.2), job=Code("K7Q2")),
            "5 used from your «Pixel Club» allowance, 15 left · 38 s · `K7Q2`",
            "用了 «Pixel Club» 额度 5，余 15 · 38 秒 · `K7Q2`",
        ),
        (text("card.prompt", prompt=Quoted(words="<b>\nfox", limit=60)), "“«&lt;b> fox»”", "“«&lt;b> fox»”"),
        (text("done_for.image", person="<Mia>", n=1), "&lt;Mia>, here's your picture.", "&lt;Mia>，图片画好了。"),
        (
            text(
                "credits.week", total=88, each=Listed((text("credits.kind", kind=text("kinds.image"), used=70), "18"))
            ),
            "This week 88: pictures 70, 18.",
            "本周用了 88：图片 70、18。",
        ),
        (
            text("credits.left", left=Bold(Credits(amount=3))),
            "*3 credits* left",
            "余 *3 积分*",
        ),
    ],
)
def test_values_are_shown_in_the_reader_s_way(said: Text, en: str, zh: str) -> None:
    assert TEXTS.render(said, "en", Marks()) == en
    assert TEXTS.render(said, "zh", Marks()) == zh


@pytest.mark.parametrize(
    ("s", "en", "zh"),
    [(0.2, "1 s", "1 秒"), (89, "89 s", "89 秒"), (120, "2 min", "2 分钟"), (130, "2 min 10 s", "2 分 10 秒")],
)
def test_lengths_of_time_are_short(s: float, en: str, zh: str) -> None:
    said = text("running.ready", line=Seconds(s), ready="soon")
    assert TEXTS.render(said, "en", Marks()).startswith(f"{en} ·")
    assert TEXTS.render(said, "zh", Marks()).startswith(f"{zh} ·")


def test_a_place_without_live_times_says_them_in_words() -> None:
    said = text("busy.crowded", model="X", retry=When(at=NOON + timedelta(seconds=30)), price=Credits(amount=5))
    shown = {
        language: TEXTS.render(said, language, Plain(language=language, now=lambda: NOON)) for language in ("en", "zh")
    }
    assert "I'll retry in 30 seconds and" in shown["en"]
    assert "X 人很多，30 秒后再试" in shown["zh"]


@pytest.mark.parametrize("said", [text("no.such"), text("done_for.image"), text("unit.credits", n="many")])
def test_what_is_missing_fails_in_tests_and_shows_in_a_chat(said: Text) -> None:
    with pytest.raises(KeyError):
        TEXTS.plain(said, "en")
    assert Texts().plain(said, "en") == f"[{said.key}]"


@pytest.mark.parametrize(
    ("language", "ours"), [("zh-CN", "zh"), ("zh_TW", "zh"), ("en-GB", "en"), ("fr", "en"), (None, "en"), ("", "en")]
)
def test_everybody_is_answered_in_a_language_of_ours(language: str | None, ours: str) -> None:
    assert texts.spoken(language) == ours


# --- moments -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ahead_s", "english", "chinese"),
    [
        (0, "1 second ago", "1 秒前"),
        (0.4, "in 1 second", "1 秒后"),
        (1, "in 1 second", "1 秒后"),
        (4, "in 4 seconds", "4 秒后"),
        (14.9, "in 15 seconds", "15 秒后"),
        (89, "in 89 seconds", "89 秒后"),
        (90, "in 2 minutes", "2 分钟后"),
        (20 * 60, "in 20 minutes", "20 分钟后"),
        (89 * 60, "in 89 minutes", "89 分钟后"),
        (12 * 3600, "in 12 hours", "12 小时后"),
        (35 * 3600, "in 35 hours", "35 小时后"),
        (3 * 86400, "in 3 days", "3 天后"),
        (-0.4, "1 second ago", "1 秒前"),
        (-30, "30 seconds ago", "30 秒前"),
        (-5 * 60, "5 minutes ago", "5 分钟前"),
        (-7200, "2 hours ago", "2 小时前"),
        (-2 * 86400, "2 days ago", "2 天前"),
    ],
)
def test_a_moment_is_said_as_people_say_it(ahead_s: float, english: str, chinese: str) -> None:
    at = NOON + timedelta(seconds=ahead_s)
    said = [texts.relative(at, now=NOON, language=language) for language in ("en-GB", "zh-CN")]
    assert said == [english, chinese]
