"""The usage card: drawn in every case, legible after it was squeezed, its colours told apart by everybody."""

import io
import itertools
import math
from collections.abc import Sequence
from typing import Final

import pytest
from PIL import Image

from bot import drawing, money
from bot.drawing import Bar, canvas, colours, columns, lettering
from bot.requests import Kind
from tests import cards

Colour = tuple[float, float, float]

READ: Final = 4.5  # : 1, what letters need (WCAG 2.2, 1.4.3)
SEEN: Final = 3.0  # : 1, what shapes need (1.4.11)
APART: Final = 20.0  # CIE 1976; 2 is the least that anybody sees
LIGHTNESS: Final = 5.0  # L*: what is left of a difference where no colour is seen

# How colours look to people without red and without green cones: Machado, Oliveira and Fernandes 2009, severity 1.0.
EYES: Final[dict[str, tuple[Colour, Colour, Colour]]] = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
}


@pytest.mark.parametrize("name", cards.ALL)
def test_every_card_is_a_picture_that_both_apps_show_whole(name: str) -> None:
    made = drawing.draw(cards.ALL[name])
    drawn = picture(made)
    assert (drawn.format, drawn.size) == ("PNG", (1200, 675))
    assert len(made) < 100_000


@pytest.mark.parametrize("name", cards.ALL)
def test_nothing_is_drawn_into_the_edges(name: str) -> None:
    """What doesn't fit was shortened or made smaller: a text that runs on would end in the edge."""
    drawn = picture(drawing.draw(cards.ALL[name])).convert("RGB")
    edges = [(0, 0, 1200, 30), (0, 645, 1200, 675), (0, 0, 40, 675), (1160, 0, 1200, 675)]
    assert [drawn.crop(edge).getcolors(2) for edge in edges] == [
        [((edge[2] - edge[0]) * (edge[3] - edge[1]), rgb(colours.GROUND))] for edge in edges
    ]


def test_the_same_card_is_drawn_the_same_and_another_number_is_seen() -> None:
    again = drawing.draw(cards.MEMBER)
    assert again == drawing.draw(cards.MEMBER)
    assert again != drawing.draw(cards.changed(cards.MEMBER, figure="16"))


def test_all_letters_can_be_read_on_the_ground() -> None:
    poor = {each: contrast(each, colours.GROUND) for each in colours.TEXTS if contrast(each, colours.GROUND) < READ}
    assert poor == {}


def test_every_kind_has_a_colour_that_is_seen_and_told_apart_by_everybody() -> None:
    assert set(colours.OF_KIND) == set(Kind)
    assert [each for each in colours.OF_KIND.values() if contrast(each, colours.GROUND) < SEEN] == []
    alike = [
        (one, other, eyes)
        for one, other in itertools.combinations(colours.OF_KIND.values(), 2)
        for eyes in EYES
        if distance(lab(one, eyes), lab(other, eyes)) < APART
        or abs(lab(one, "usual")[0] - lab(other, "usual")[0]) < LIGHTNESS
    ]
    assert alike == []


@pytest.mark.parametrize("name", ["member", "member-zh", "owner", "empty"])
def test_letters_can_be_read_after_an_app_has_squeezed_the_picture(name: str) -> None:
    """As a JPEG of quality 40 and 800 pixels wide, the smallest letters still stand out as WCAG asks."""
    squeezed = squeeze(drawing.draw(cards.ALL[name]))
    first_bar = contrast_of(squeezed.crop((32, 215, 140, 260)), share=0.02)
    note = contrast_of(squeezed.crop((32, 400, 512, 424)), share=0.02)
    assert min(first_bar, note) >= READ


def test_names_are_shortened_with_an_ellipsis_that_suits_their_letters() -> None:
    assert canvas.fitted("Mia", 200) == "Mia"
    assert canvas.fitted("The Extraordinarily Long-Named Society", 200) == "The Extraord..."
    assert canvas.fitted("像素俱乐部的朋友们和他们的邻居", 200) == "像素俱乐部的…"
    assert all(canvas.length(canvas.fitted("宽W" * 50, width)) <= width for width in range(40, 400, 7))


def test_titles_break_between_words_and_between_chinese_letters_in_two_lines_at_most() -> None:
    assert canvas.wrapped("one two three", 130, size=28) == ["one two", "three"]
    assert canvas.wrapped("一二三四，五六七", 145, size=28) == ["一二三四，", "五六七"]
    assert canvas.wrapped("one two three four five", 90, size=28) == ["one", "two..."]


@pytest.mark.parametrize(
    ("given", "drawn"),
    [
        ("Mia", "Mia"),
        ("小雨 café Привет", "小雨 café Привет"),
        ("🦊✨ Mia 👩\u200d👩\u200d👧\ufe0f", "Mia"),
        ("Mia สวัสดี", "Mia ..."),
        ("\u202eabc\u202c\x00\n d", "abc d"),
        ("😀", "..."),
        ("", ""),
        ("\ud83d", "..."),
        ("e\u0301", "é"),
    ],
)
def test_what_the_type_lacks_is_left_out_and_never_drawn_as_a_box(given: str, drawn: str) -> None:
    assert lettering.clean(given) == drawn


def test_the_type_has_all_letters_of_simplified_chinese() -> None:
    # GB 2312 in the order of its table; five rows are empty, and some end early
    letters = [bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)]
    known = [text for letter in letters if (text := letter.decode("gb2312", errors="ignore"))]
    assert len(known) == 6763
    assert [letter for letter in known if not lettering.drawable(letter)] == []


@pytest.mark.parametrize(
    ("totals", "end"), [([], 0), ([0, 0], 0), ([1], 1), ([3], 4), ([40], 50), ([99], 100), ([10**9], 10**9)]
)
def test_the_scale_ends_at_a_round_number(totals: Sequence[int], end: int) -> None:
    assert columns.scale(totals) == end


def test_numbers_of_the_scale_and_the_legend_stay_short() -> None:
    units = ((1_000, "k"), (1_000_000, "M"))
    assert [columns.short(number, units) for number in (0, 400, 1_500, 12_345, 2_000_000)] == [
        *("0", "400", "1.5k", "12,345", "2M")
    ]
    assert [columns.amount(number, units) for number in (7, 12_345, 123_456, 5_000_000)] == [
        *("7", "12,345", "123.5k", "5M")
    ]
    assert columns.short(20_000, ((10_000, "万"),)) == "2万"


def test_a_column_is_as_high_as_its_credits_and_small_parts_are_still_seen() -> None:
    assert columns.heights([50, 50], 200, top=100) == [100, 100]
    assert columns.heights([99, 1], 200, top=100) == [194, 6]
    assert columns.heights([1, 1], 200, top=1_000) == [6, 6]
    assert columns.heights([], 200, top=0) == []


def test_a_day_counts_all_its_kinds() -> None:
    day = money.UsageDay(day=cards.TODAY, by_kind=(("image", 5), ("video", 30)))
    assert day.used == 35


def test_a_share_beyond_its_bar_is_drawn_to_its_end() -> None:
    beyond = cards.changed(cards.MEMBER, bars=(Bar(label="Allowance", value="25 of 20", share=1.25),))
    full = cards.changed(cards.MEMBER, bars=(Bar(label="Allowance", value="25 of 20", share=1.0),))
    assert drawing.draw(beyond) == drawing.draw(full)


# --- looking at pictures


def picture(made: bytes) -> Image.Image:
    return Image.open(io.BytesIO(made))


def squeeze(made: bytes) -> Image.Image:
    held = io.BytesIO()
    picture(made).convert("RGB").resize((800, 450), Image.Resampling.BILINEAR).save(held, "JPEG", quality=40)
    return picture(held.getvalue()).convert("RGB")


def contrast_of(part: Image.Image, *, share: float) -> float:
    """Between the ground and the brightest `share` of the pixels: the strokes of the letters."""
    lights = sorted(luminance(colour) for colour in part.get_flattened_data())
    letters = lights[-max(1, int(len(lights) * share)) :]
    return (sum(letters) / len(letters) + 0.05) / (lights[len(lights) // 2] + 0.05)


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def linear(colour: object) -> Colour:
    assert isinstance(colour, tuple)
    red, green, blue = (
        (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4) for c in (v / 255 for v in colour)
    )
    return red, green, blue


def luminance(colour: object) -> float:
    return sum(part * weight for part, weight in zip(linear(colour), (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(rgb(one)), luminance(rgb(other))))
    return (light + 0.05) / (dark + 0.05)


def lab(colour: str, eyes: str) -> Colour:
    """CIE L*a*b* as these eyes see it, D65."""
    light = linear(rgb(colour))
    red, green, blue = (min(1.0, max(0.0, sum(a * b for a, b in zip(row, light, strict=True)))) for row in EYES[eyes])
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (each ** (1 / 3) if each > 0.008856 else 7.787 * each + 16 / 116 for each in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(one: Colour, other: Colour) -> float:
    return math.dist(one, other)
