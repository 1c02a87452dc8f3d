"""Options in one field of a form: pairs, however a keyboard writes them, and what is wrong with them."""

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import errors
from bot.commands import grammar, options, pairs
from bot.errors import Problem

KEYS = sorted(options.vocabulary().names)


def said(text: str) -> dict[str, grammar.Value]:
    return {flag.name: flag.value for flag in pairs.read(text, options.vocabulary())}


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(errors.Invalid) as caught:
        pairs.read(text, options.vocabulary())
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("  ", {}),
        ("seed=7", {"seed": "7"}),
        ("seed=7 ratio=16:9", {"seed": "7", "ratio": "16:9"}),
        ("seed=7, ratio=16:9;", {"seed": "7", "ratio": "16:9"}),
        ("seed: 7 ratio = 16:9", {"seed": "7", "ratio": "16:9"}),
        ("seed 7 ratio 16:9", {"seed": "7", "ratio": "16:9"}),
        ("--seed 7 —ratio=16:9", {"seed": "7", "ratio": "16:9"}),
        ("比例：16:9 种子＝7", {"ratio": "16:9", "seed": "7"}),
        ("比例：１６：９，数量：2", {"ratio": "１６：９", "count": "2"}),
        ("seed=7,subtitles;ratio=1:1", {"seed": "7,subtitles", "ratio": "1:1"}),
        ("比例：16:9， 数量：2", {"ratio": "16:9", "count": "2"}),
        ('style="calm, warm" seed=7', {"style": "calm, warm", "seed": "7"}),
        ("style=“calm, warm”seed=7", {"style": "calm, warm", "seed": "7"}),
        ('style="it never closes', {"style": "it never closes"}),
        ('style=""', {"style": ""}),
        ("sample-rate=44100", {"sample_rate": "44100"}),
        ("Sample_Rate=44100", {"sample_rate": "44100"}),
        ("ar=16:9", {"ratio": "16:9"}),
        ("subtitles", {"subtitles": True}),
        ("subtitles seed=7", {"subtitles": True, "seed": "7"}),
        ("subtitles, seed=7", {"subtitles": True, "seed": "7"}),
        ("subtitles=no", {"subtitles": False}),
        ("subtitles: 关", {"subtitles": False}),
        ("subtitles false seed=7", {"subtitles": False, "seed": "7"}),
        ("no-subtitles", {"subtitles": False}),
        ("字幕", {"subtitles": True}),
        ("no=cars, people seed=7", {"negative": "cars, people", "seed": "7"}),
        ("image=K7Q2/2", {"image": "K7Q2/2"}),
        ("image=https://example.org/a.png?x=1", {"image": "https://example.org/a.png?x=1"}),
    ],
)
def test_pairs_are_read(text: str, found: dict[str, grammar.Value]) -> None:
    assert said(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Rasolution=2k", [Problem(field="Rasolution", rule="unknown", value="Rasolution", allowed="resolution")]),
        ("--Rasolution=2k", [Problem(field="Rasolution", rule="unknown", value="Rasolution", allowed="resolution")]),
        ("qqqqq", [Problem(field="qqqqq", rule="unknown", value="qqqqq")]),
        ("seed=", [Problem(field="seed", rule="no_value")]),
        ("seed ratio=1:1", [Problem(field="seed", rule="no_value")]),
        ("seed= ratio=1:1", [Problem(field="seed", rule="no_value")]),
        ("subtitles=maybe", [Problem(field="subtitles", rule="choice", value="maybe", allowed="yes, no")]),
        ("subtitles=", [Problem(field="subtitles", rule="no_value")]),
        (
            "sead=7 ratio=",
            [
                Problem(field="sead", rule="unknown", value="sead", allowed="seed"),
                Problem(field="ratio", rule="no_value"),
            ],
        ),
        ("16:9", [Problem(field="16:9", rule="unknown", value="16:9")]),
    ],
)
def test_what_is_wrong_is_said_all_at_once(text: str, found: list[Problem]) -> None:
    assert problems(text) == tuple(found)


@given(st.text(max_size=80) | st.lists(st.sampled_from([*KEYS, "=", "：", '"', "“", " ", ",", "7", "--"])).map("".join))
@example("ar -ar")  # a key without a value, and blanks before the next
def test_any_text_is_parted_without_gaps_or_loops(text: str) -> None:
    pairs_ = list(pairs.scan(text, options.vocabulary()))
    assert all(pair.start < pair.end <= len(text) for pair in pairs_)
    assert all(pair.start <= pair.value_at <= pair.end for pair in pairs_)
    assert all(one.end <= other.start for one, other in itertools.pairwise(pairs_))


@given(st.text(min_size=1, max_size=40).filter(lambda words: not grammar.quote(words).startswith("-- ")))
def test_what_is_quoted_comes_back_letter_by_letter(words: str) -> None:
    assert said(f"seed=7 style={grammar.quote(words)} subtitles") == {"seed": "7", "style": words, "subtitles": True}
