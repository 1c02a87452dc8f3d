"""The grammar of the text platforms: what is a flag, what is prose, and that prose survives."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import errors
from bot.commands import grammar
from bot.commands.grammar import Flag, Head, Line, Vocabulary

KNOWN = Vocabulary(
    names={
        **{name: name for name in ("ratio", "seed", "negative", "voice", "image", "model", "sample_rate", "sound")},
        "instrumental": "instrumental",
        "ar": "ratio",
        "no": "negative",
        "比例": "ratio",
    },
    switches=frozenset({"instrumental", "sound"}),
    lists=frozenset({"negative"}),
)


def read(text: str) -> tuple[str, dict[str, grammar.Value]]:
    """The prompt, and each flag's last value."""
    line = grammar.read(text, KNOWN)
    return line.prompt, {flag.name: flag.value for flag in line.flags}


@pytest.mark.parametrize(
    ("text", "prompt", "flags"),
    [
        ("a red fox", "a red fox", {}),
        ("a red fox --ratio 16:9", "a red fox", {"ratio": "16:9"}),
        ("--ratio 16:9 a red fox", "a red fox", {"ratio": "16:9"}),
        ("a red --ratio 16:9 fox", "a red fox", {"ratio": "16:9"}),
        ("a fox --ratio=16:9", "a fox", {"ratio": "16:9"}),
        ("a fox --ar 16:9 --no snow", "a fox", {"ratio": "16:9", "negative": "snow"}),
        ("a fox --RATIO 16:9", "a fox", {"ratio": "16:9"}),
        ("a fox --sample-rate 44100", "a fox", {"sample_rate": "44100"}),
        ("a fox --sample_rate 44100", "a fox", {"sample_rate": "44100"}),
        ("a fox --seed -1", "a fox", {"seed": "-1"}),
        ("one\ntwo --seed 5\nthree", "one\ntwo\nthree", {"seed": "5"}),
        ("a fox --no cars, tall people --seed 5", "a fox people", {"negative": "cars, tall", "seed": "5"}),
        ('a fox --no "cars, tall people"', "a fox", {"negative": "cars, tall people"}),
        ('--no ""', "", {"negative": ""}),
        # switches
        ("piano --instrumental", "piano", {"instrumental": True}),
        ("--instrumental calm piano", "calm piano", {"instrumental": True}),
        ("piano --instrumental=no", "piano", {"instrumental": False}),
        ("piano --instrumental false", "piano", {"instrumental": False}),
        ("piano --no-instrumental", "piano", {"instrumental": False}),
        ("a fox --no sound", "a fox", {"negative": "sound"}),
        ("a fox --no-sound", "a fox", {"sound": False}),
        # what phones and Chinese keyboards make of it
        ("a fox —ratio 16:9", "a fox", {"ratio": "16:9"}),
        ("a fox –ratio 16:9", "a fox", {"ratio": "16:9"}),
        ("一只狐狸 －－ratio＝16:9", "一只狐狸", {"ratio": "16:9"}),
        ("一只狐狸 --ratio：16:9", "一只狐狸", {"ratio": "16:9"}),
        ("一只狐狸--ratio 16:9", "一只狐狸", {"ratio": "16:9"}),
        ("一只狐狸 --比例 16:9", "一只狐狸", {"ratio": "16:9"}),
        ("一只狐狸，－－ｓｅｅｄ 5", "一只狐狸，", {"seed": "5"}),
        # quotes
        ('"a red fox" --seed 5', "a red fox", {"seed": "5"}),
        ("“a red fox” --seed 5", "a red fox", {"seed": "5"}),
        ("「红狐狸」--seed 5", "红狐狸", {"seed": "5"}),
        ("«un renard» --seed 5", "un renard", {"seed": "5"}),
        ("'a red fox' --seed 5", "a red fox", {"seed": "5"}),
        ("‘a red fox’ --seed 5", "a red fox", {"seed": "5"}),
        ("„ein Fuchs“ --seed 5", "ein Fuchs", {"seed": "5"}),
        ("＂红狐狸＂ --seed 5", "红狐狸", {"seed": "5"}),
        ('--voice "Wise Woman" hello', "hello", {"voice": "Wise Woman"}),
        ("--voice=“Wise Woman” hello", "hello", {"voice": "Wise Woman"}),
        ('a sign that says "OPEN" --seed 5', 'a sign that says "OPEN"', {"seed": "5"}),
        ('"one" and "two"', '"one" and "two"', {}),
        ('say "--ratio 1:1 is square"', 'say "--ratio 1:1 is square"', {}),
        ('"say --ratio 1:1" --seed 5', "say --ratio 1:1", {"seed": "5"}),
        ('a fox "that never --seed 5', 'a fox "that never --seed 5', {}),
        # apostrophes are prose
        ("don't stop --seed 5", "don't stop", {"seed": "5"}),
        ("l'été --seed 5", "l'été", {"seed": "5"}),
        ("'tis the season --seed 5", "'tis the season", {"seed": "5"}),
        ("rock 'n' roll --seed 5", "rock 'n' roll", {"seed": "5"}),
        ("the dogs' day --seed 5", "the dogs' day", {"seed": "5"}),
        ("'I don't know' --seed 5", "I don't know", {"seed": "5"}),
        ('a 5" screw --seed 5', 'a 5" screw', {"seed": "5"}),
        # hyphens are prose
        ("a fox - red - in snow", "a fox - red - in snow", {}),
        ("well--known", "well--known", {}),
        ("a fox — red — in snow", "a fox — red — in snow", {}),
        ("—Hola, ¿qué tal?", "—Hola, ¿qué tal?", {}),
        ("狐狸——在雪里", "狐狸——在雪里", {}),
        ("from 5 –10 degrees", "from 5 –10 degrees", {}),
        ("-5 --5 ---", "-5 --5 ---", {}),
        # the end of flags
        ("--seed 5 -- --ratio 16:9", "--ratio 16:9", {"seed": "5"}),
        ('a fox -- says "hi" --seed 5', 'a fox says "hi" --seed 5', {}),
        ('-- "quoted"', '"quoted"', {}),
    ],
)
def test_flags_are_told_from_prose(text: str, prompt: str, flags: dict[str, grammar.Value]) -> None:
    assert read(text) == (prompt, flags)


@pytest.mark.parametrize(
    ("text", "field", "written", "allowed"),
    [
        ("a fox --ratoi 16:9", "ratoi", "--ratoi", "--ratio"),
        ("a fox —ratoi 16:9", "ratoi", "--ratoi", "--ratio"),
        ("a fox --sample-rat 5", "sample-rat", "--sample-rat", "--sample-rate"),
        ("a fox --zzz", "zzz", "--zzz", ""),
        ("狐狸--zzz", "zzz", "--zzz", ""),
    ],
)
def test_an_unknown_flag_is_named_with_the_nearest(text: str, field: str, written: str, allowed: str) -> None:
    with pytest.raises(errors.Invalid) as raised:
        read(text)
    assert raised.value.problems == (errors.Problem(field=field, rule="flag", value=written, allowed=allowed),)


@pytest.mark.parametrize("text", ["a fox --seed", "--seed --ratio 16:9 a fox", "a fox --seed=", "a fox --seed -- 5"])
def test_a_flag_without_its_value_is_named(text: str) -> None:
    with pytest.raises(errors.Invalid) as raised:
        read(text)
    assert raised.value.problems == (errors.Problem(field="seed", rule="no_value"),)


@pytest.mark.parametrize(("said", "on"), [("yes", True), ("ON", True), ("１", True), ("off", False), ("关", False)])
def test_a_switch_is_on_or_off(said: str, on: bool) -> None:
    assert read(f"piano --instrumental={said}") == ("piano", {"instrumental": on})


@pytest.mark.parametrize("said", ["maybe", ""])
def test_a_switch_is_nothing_between(said: str) -> None:
    with pytest.raises(errors.Invalid) as raised:
        read(f"piano --instrumental={said} --seed 5")
    assert raised.value.problems == (
        errors.Problem(field="instrumental", rule="choice", value=said, allowed="yes, no"),
    )


def test_every_bad_flag_is_named_at_once() -> None:
    with pytest.raises(errors.Invalid) as raised:
        read("--ratoi 1:1 a fox --seeed 5 --voice")
    assert [p.field for p in raised.value.problems] == ["ratoi", "seeed", "voice"]


def test_a_flag_may_come_more_than_once() -> None:
    line = grammar.read("two pictures --image a.png --image b.png", KNOWN)
    assert line == Line(
        words="two pictures",
        flags=(
            Flag(name="image", value="a.png", written="--image"),
            Flag(name="image", value="b.png", written="--image"),
        ),
    )
    assert line.values("image") == ("a.png", "b.png")


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("/image a fox", Head(word="image", slash=True, rest="a fox")),
        ("  /Image\na fox", Head(word="image", slash=True, rest="a fox")),
        ("/image@AtelierBot a fox", Head(word="image", slash=True, bot="AtelierBot", rest="a fox")),
        ("／image a fox", Head(word="image", slash=True, rest="a fox")),
        ("/image", Head(word="image", slash=True)),
        ("/image :) smile ", Head(word="image", slash=True, rest=":) smile ")),
        ("/image--seed 5", Head(word="image", slash=True, rest="--seed 5", unbroken=True)),
        ("画 一只狐狸", Head(word="画", slash=False, rest="一只狐狸")),
        ("画：一只狐狸", Head(word="画", slash=False, rest="一只狐狸")),
        ("画“一只狐狸”", Head(word="画", slash=False, rest="“一只狐狸”")),
        ("画一只狐狸", Head(word="画一只狐狸", slash=False)),
        ("again K7Q2", Head(word="again", slash=False, rest="K7Q2")),
        ("🦊", Head(word="", slash=False, rest="🦊")),
        ("", Head(word="", slash=False)),
    ],
)
def test_the_first_word_is_parted_from_the_rest(text: str, head: Head) -> None:
    assert grammar.head(text) == head


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("１６：９", "16:9"),
        ("16：9，", "16:9"),
        ("1024×768", "1024x768"),
        ("−2", "-2"),
        ("中文：好", "中文：好"),
        ("png", "png"),
    ],
)
def test_a_wide_keyboard_writes_the_same_values(typed: str, meant: str) -> None:
    assert grammar.plain(typed) == meant


@given(prompt=st.text())
def test_any_quoted_prompt_comes_back_as_it_was(prompt: str) -> None:
    assert read(f"--seed 5 {grammar.quote(prompt)}") == (prompt, {"seed": "5"})


@given(prompt=st.text(alphabet="\"'“”„「」『』«»＂‘’ -—–－\u200b\u202e🦊a画", min_size=1))
def test_any_prompt_of_quotes_and_dashes_comes_back_as_it_was(prompt: str) -> None:
    assert read(f"--seed 5 {grammar.quote(prompt)}") == (prompt, {"seed": "5"})


@given(words=st.lists(st.text(st.characters(categories=("L", "N", "So", "Sc")), min_size=1), min_size=1))
def test_prose_without_flags_is_left_alone(words: list[str]) -> None:
    prose = " ".join(words)
    assert read(prose) == (prose, {})


@given(
    order=st.permutations(["--ratio 16:9", "--seed=5", "--no cars", "--instrumental", "—voice “Wise Woman”"]),
    gap=st.integers(min_value=0, max_value=5),
)
def test_the_order_of_flags_does_not_matter(order: list[str], gap: int) -> None:
    text = " ".join([*order[:gap], "a red fox", *order[gap:]])
    flags = {"ratio": "16:9", "seed": "5", "negative": "cars", "instrumental": True, "voice": "Wise Woman"}
    assert read(text) == ("a red fox", flags)


@given(text=st.text(alphabet="-—–=: \"'“”a画rato169"))
def test_nothing_said_makes_the_reader_stumble(text: str) -> None:
    with contextlib.suppress(errors.Invalid):
        grammar.read(text, KNOWN)


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "text", ["'a " * 100_000, '" ' * 100_000, "-- " * 100_000, "--seed 5 " * 20_000, "—a " * 50_000]
)
def test_long_texts_are_read_in_linear_time(text: str) -> None:
    with contextlib.suppress(errors.Invalid):
        grammar.read(text, KNOWN)
