"""Telegram's HTML, checked against the played server's parser; and rows of buttons."""

from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.telegram import markup, questions
from adapters.telegram.keyboard import DATA_BYTES, Labelled, Tapped, keyboard, rows
from adapters.telegram.markup import Html, Mention
from tests.factories import NOON
from tests.telegram_server import limits, texts
from tests.telegram_server.markup import parse

HTML = Html(language="en", now=lambda: NOON)
WORDS = st.text(st.sampled_from("ab <>&;\"'/🦊é中\n"), max_size=60)


def test_words_are_shown_as_they_are() -> None:
    wild = '<b>&amp; "x" 🦊 </code>&lt;'
    for safe in (HTML.escape(wild), HTML.bold(HTML.escape(wild)), HTML.code(wild), HTML.quote(wild)):
        assert parse(safe)[0] == wild
    assert parse(HTML.escape("half a pair: \ud83e"))[0] == "half a pair: \N{REPLACEMENT CHARACTER}"


def shown(safe: str) -> texts.Text:
    """What a message shows: Telegram marks some words by itself."""
    return texts.parse(safe, "HTML", ())


@pytest.mark.parametrize(
    "live",
    [
        "@mia_fox",
        "ben@example.com",
        "/help",
        "/help@other_bot",
        "#foxes",
        "$FOX",
        "https://a.example/b?c=<d>&e=1",
        "example.com/foxes",
        "1.2.3.4",
        "+1-212-555-0123",
        "fox.例子",
    ],
)
def test_words_of_others_are_dead(live: str) -> None:
    """They are shown as they are, as code, in which Telegram marks nothing; what is around stays plain."""
    for before, after in (("a fox for ", " in snow, 16:9"), ("", ""), ("画狐狸，", "。雪")):
        words = f"{before}{live}{after}"
        found = shown(HTML.quote(words))
        assert found.text == words
        (dead,) = found.entities
        assert dead["type"] == "code"
        assert live in texts.piece(found.text, dead)
        assert markup.length(HTML.quote(words)) == limits.utf16(words)


@given(st.text(st.sampled_from("ab@/#$.:+-_1 (画<&é🦊"), max_size=60))
@example(":/1@:")  # a command, though no bot is named behind the sign
def test_nothing_in_the_words_of_others_is_live(words: str) -> None:
    found = shown(HTML.quote(f"x{words}x"))
    assert found.text == f"x{words}x"
    assert {entity["type"] for entity in found.entities} <= {"code"}


@pytest.mark.parametrize("plain", ["a red fox, 16:9 --seed 7", "2 foxes; 1.5 m. And snow", "K7Q2 50 % #1 / 3"])
def test_plain_words_stay_plain(plain: str) -> None:
    assert HTML.quote(plain) == plain


def test_our_own_commands_and_links_stay_live() -> None:
    found = shown(HTML.escape("Ben @mia_fox: see /models and https://studio.example/media/abc #now"))
    assert [entity["type"] for entity in found.entities] == ["code", "bot_command", "url", "code"]


def test_moment_is_kept_live() -> None:
    words, entities = parse(HTML.moment(NOON + timedelta(seconds=12)))
    assert words == "in 12 seconds"
    assert [(e["type"], e["unix_time"]) for e in entities] == [("date_time", int(NOON.timestamp()) + 12)]


def test_mention() -> None:
    words, (entity,) = parse(Html(language="en", now=lambda: NOON, mention=Mention(user="7", name="M<a")).escape("M<a"))
    assert (words, entity["type"], entity["user"]["id"]) == ("M<a", "text_mention", 7)


@given(st.lists(st.tuples(st.sampled_from(["escape", "code", "bold"]), WORDS), max_size=6), st.integers(1, 80))
def test_cut(pieces: list[tuple[str, str]], limit: int) -> None:
    safe = "".join(HTML.bold(HTML.escape(w)) if how == "bold" else getattr(HTML, how)(w) for how, w in pieces)
    whole, _ = parse(safe)
    assert markup.length(safe) == limits.utf16(whole)
    shown, _ = parse(markup.cut(safe, limit=limit))
    assert limits.utf16(shown) <= limit
    assert shown == whole or whole.startswith(shown.removesuffix("…"))


@given(st.lists(WORDS, min_size=1, max_size=8), WORDS, st.integers(70, 200))
def test_fit_keeps_the_last_line(lines: list[str], last: str, limit: int) -> None:
    def render(quoted: int | None) -> list[str]:
        return [*(HTML.bold(HTML.escape(line)) for line in lines), HTML.escape(last)]

    fitted = markup.fit(render, limit=limit)
    shown, _ = parse(fitted.text)
    assert limits.utf16(shown) <= limit
    assert shown.endswith(last)
    if not fitted.rest:
        assert shown == "\n".join((*lines, last))


def test_quotes_are_cut_before_lines() -> None:
    def render(quoted: int | None) -> list[str]:
        html = Html(language="en", now=lambda: NOON, quoted=quoted)
        return ["Hello", html.quote("x" * 500), "Bye"]

    fitted = markup.fit(render, limit=100)
    assert (parse(fitted.text)[0].splitlines(), fitted.rest) == (["Hello", f"{'x' * 79}…", "Bye"], ())


@given(st.text(max_size=30))
def test_mark_is_one_piece_of_code(beginning: str) -> None:
    cleaned = beginning.encode("utf-16", "ignore").decode("utf-16").replace("\0", "")
    words, entities = parse(f"What?\n{questions.mark(cleaned)}")
    assert words == f"What?\n{cleaned} …"
    assert [e["type"] for e in entities] == ["code"]


def labelled(*labels: str) -> list[Labelled]:
    return [Labelled(tapped=Tapped(action="again", subject="K7Q2"), label=label) for label in labels]


@pytest.mark.parametrize(
    ("labels", "shape"),
    [
        (["Again · 5", "Vary · 5", "Edit", "Animate · 30"], [3, 1]),
        (["Stop showing it · still up to 5 credits"], [1]),
        (["Again · 5", "Stop showing it · still up to 5", "Edit"], [1, 1, 1]),
        (["再来一次 · 5", "变化 · 5", "修改"], [3]),
        (["这是一个很长很长的按钮文字 · 5", "修改"], [1, 1]),
        ([], []),
    ],
)
def test_rows(labels: list[str], shape: list[int]) -> None:
    assert [len(row) for row in rows(labelled(*labels))] == shape


def test_button_that_telegram_would_refuse() -> None:
    long = Labelled(tapped=Tapped(action="again", subject="é" * 30), label="Again")
    assert len(long.tapped.data().encode()) > DATA_BYTES
    made = keyboard([long, *labelled("Again"), *labelled(" ")])
    assert made is not None
    assert [[b.text for b in row] for row in made.inline_keyboard] == [["Again"]]
    assert keyboard([long]) is None
