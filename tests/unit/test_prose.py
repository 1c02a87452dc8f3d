"""A model's words: Markdown as each platform shows it, on pages that fit, and harmless whatever is in them."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import cards as discord_cards
from adapters.discord import prose as discord_prose
from adapters.telegram import markup as telegram_markup
from adapters.telegram import prose as telegram_prose
from bot.commands import pages, prose
from bot.commands.pages import Paper
from bot.commands.prose import Shape
from bot.replies import Attachment, Prose, Reply, Text, text
from tests import factories
from tests.telegram_server import texts

RECEIPT = text("receipt.line", used=text("used.own", used=1), left=19, took="4 s", job="K7Q2")
FILE = Attachment(path="results/K7Q2/0-0.txt", name="K7Q2.txt", facts=factories.facts())
LIVE = re.compile(r"(?<!\\)(?:\\\\)*<@")  # in code it calls nobody
SIGNS = "ab 1.\n\n*_~`#>-|[](<&@/:\\é中🦊"

ANSWER = """# Cats

They **purr** when *calm*, ~~never~~ sometimes with `code` & <b>tags</b>.

- one
- [two](https://a.example/b)
  1. deep

> said @everyone and @mia

```py
print("hi")
```

| name | 年 |
|------|----|
| Mia  | 3  |

See https://c.example/d_e. [evil](javascript:x)"""


def test_markdown_is_shown_on_discord_in_its_own_signs() -> None:
    assert discord_prose.drawn(prose.blocks(ANSWER)) == (
        "**Cats**\n\n"
        "They **purr** when *calm*, ~~never~~ sometimes with `code` & \\<b\\>tags\\</b\\>.\n"
        "• one\n"
        "• two (<https://a.example/b>)\n"
        "\u00a0\u00a0\u00a0\u00a01. deep\n\n"
        "> said @\u200beveryone and @mia\n\n"
        '```py\nprint("hi")\n```\n\n'
        "```\nname  年\n----  --\nMia   3\n```\n\n"
        "See <https://c.example/d_e>. \\[evil\\](javascript:x)"
    )


def test_markdown_is_shown_on_telegram_as_its_html() -> None:
    assert telegram_prose.drawn(prose.blocks(ANSWER)) == (
        "<b>Cats</b>\n\n"
        "They <b>purr</b> when <i>calm</i>, <s>never</s> sometimes with <code>code</code> "
        "&amp; &lt;b&gt;tags&lt;<code>/b</code>&gt;.\n"
        "• one\n"
        "• two (https://a.example/b)\n"
        "\u00a0\u00a0\u00a0\u00a01. deep\n\n"
        "<blockquote>said <code>@everyone</code> and <code>@mia</code></blockquote>\n\n"
        '<pre><code class="language-py">print("hi")</code></pre>\n\n'
        "<pre>name  年\n----  --\nMia   3</pre>\n\n"
        "See https://c.example/d_e. [evil](javascript:x)"
    )


@given(st.text(st.sampled_from(SIGNS), max_size=80))
def test_whatever_a_model_writes_telegram_reads_it_and_discord_calls_nobody(words: str) -> None:
    blocks = prose.blocks(words)
    html = telegram_prose.drawn(blocks)
    assert telegram_markup.units(texts.parse(html, "HTML", ()).text) <= telegram_markup.length(html)
    prose_alone = [b for b in blocks if b.shape is not Shape.CODE]
    styled = [replace(b, spans=tuple(span for span in b.spans if not span.code)) for b in prose_alone]
    assert LIVE.search(discord_prose.drawn(styled)) is None


def reply(words: str, *lines: Text, growing: bool = False) -> Reply:
    """An answer with its receipt."""
    files = () if growing else (FILE,)
    return Reply(
        lines=(*lines, RECEIPT), prose=Prose(words=words, files=files, growing=growing), kind="done", job="K7Q2"
    )


PAPER = Paper(draw=discord_prose.drawn, size=discord_cards.length, room=100, before=20)


@pytest.mark.parametrize(
    ("words", "sizes"),
    [
        ("short", [5]),
        ("a" * 80, [80]),
        ("a" * 81, [80, 1]),
        ("word " * 30, [80, 69]),  # parted between words
        (f"{'a' * 50}\n\n{'b' * 90}", [50, 90]),  # a whole paragraph goes to the next page
        (f"{'a' * 70}\n\n{'b' * 150}", [80, 100, 42]),
        (f"```\n{'x' * 40}\n{'y' * 40}\n```", [48, 48]),  # each page has its own fence
    ],
)
def test_a_longer_answer_goes_on_in_further_messages(words: str, sizes: list[int]) -> None:
    shown, found = pages.laid(reply(words), PAPER)
    assert [len(page) for page in found] == sizes
    assert shown == reply(words)


def test_what_nobody_reads_message_by_message_is_a_file_with_its_beginning_above() -> None:
    for words in ("word " * 80, "a fox\n\n" * 20_000):
        shown, (beginning,) = pages.laid(reply(words), PAPER)
        assert beginning.endswith("\n…")
        assert words.startswith(beginning.removesuffix("\n…"))
        assert (shown.media, shown.lines) == ((FILE,), (text("answer.beginning", file="K7Q2.txt", line=RECEIPT),))


def test_of_an_answer_that_grows_the_end_is_shown() -> None:
    _, (end,) = pages.laid(reply(f"{'a' * 60}\n\n{'b' * 60}", growing=True), PAPER)
    assert end == "b" * 60
    _, (end,) = pages.laid(reply("word " * 1000 + "last", growing=True), PAPER)
    assert end.endswith("last")
    assert len(end) <= 80


@given(st.text(st.sampled_from(SIGNS), max_size=600))
def test_pages_always_fit_and_lose_nothing(words: str) -> None:
    for growing in (False, True):
        _, found = pages.laid(reply(words, growing=growing), PAPER)
        assert all(len(page) <= 102 for page in found)
    _, found = pages.laid(reply(words), PAPER)
    kept = [sign for sign in "".join(found) if sign.isalnum()]
    told = [sign for block in prose.blocks(words) for span in block.spans for sign in span.words if sign.isalnum()]
    assert len(found) == 1 or len(kept) >= len(told)


def test_words_that_markdown_hides_are_shown() -> None:
    assert discord_prose.drawn(prose.blocks("[fox]: https://a.example")) == "\\[fox\\]: https\\://a.example"
