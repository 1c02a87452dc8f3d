"""Usage cards of made-up people, as pictures of the documents and as cases of tests."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from bot.drawing import Bar, Card
from bot.money import UsageDay

TODAY: Final = date(2026, 11, 21)
UNITS: Final = ((1_000, "k"), (1_000_000, "M"), (1_000_000_000, "G"))
KINDS: Final = ("image", "video", "music", "speech", "avatar", "chat", "voice")

_USUAL: Final[tuple[dict[str, int], ...]] = (
    {"image": 10},
    {},
    {"image": 5, "music": 15},
    {"image": 15},
    {"chat": 4},
    {"image": 20, "speech": 6},
    {"image": 5, "video": 30},
    {},
    {"image": 10, "chat": 3},
    {"image": 25},
    {"music": 15, "speech": 4},
    {"video": 30, "image": 10},
    {"image": 20},
    {"image": 5},
)


def days(*used: dict[str, int]) -> tuple[UsageDay, ...]:
    """One day each, the last one today."""
    first = TODAY - timedelta(days=len(used) - 1)
    return tuple(
        UsageDay(day=first + timedelta(days=number), by_kind=tuple(each.items())) for number, each in enumerate(used)
    )


def changed(card: Card, **changes: Any) -> Card:
    """The same card but for some of its fields."""
    return replace(card, **changes)


MEMBER: Final = Card(
    title="Fourteen days, 232 credits: most of them for pictures, Mia.",
    figure="15",
    unit="left",
    bars=(
        Bar(label="Allowance", value="15 of 20", share=0.75),
        Bar(label="Pixel Club", value="640 of 1,000", share=0.64),
        Bar(label="Own", value="0", share=None),
    ),
    days=days(*_USUAL),
    kinds={"image": "pictures", "video": "clips", "music": "songs", "speech": "speech", "chat": "asked"},
    period="Credits a day, 8-21 November",
    empty="Nothing used yet.",
    notes=("20 more tomorrow at 00:00 (Europe/Berlin); 5 set aside.",),
)

CHINESE: Final = Card(
    title="小雨，十四天用了 232 积分，多半是图片。",
    figure="15",
    unit="积分可用",
    bars=(
        Bar(label="额度", value="15 / 20", share=0.75),
        Bar(label="像素俱乐部", value="640 / 1,000", share=0.64),
        Bar(label="自有", value="0", share=None),
    ),
    days=days(*_USUAL),
    kinds={"image": "图片", "video": "视频", "music": "音乐", "speech": "朗读", "chat": "提问"},
    period="每日积分，11 月 8-21 日",
    empty="还没有用过。",
    notes=("明天 00:00（Asia/Shanghai）再来 20 积分；预留 5。",),
    units=((10_000, "万"), (100_000_000, "亿")),
)

OWNER: Final = Card(
    title="Pixel Club has used 11,340 of this month's 15,000 credits.",
    figure="3,660",
    unit="left this month",
    bars=(
        Bar(label="Today", value="360 of 1,000", share=0.36),
        Bar(label="November", value="3,660 of 15,000", share=0.244),
        Bar(label="Pool", value="4,120", share=None),
    ),
    days=days(
        *(
            {
                "image": 180 + 37 * n % 200,
                "video": 120 * (n % 4),
                "music": 30 * (n % 3),
                "speech": 9 * n,
                "chat": 14 + n,
            }
            for n in range(14)
        )
    ),
    kinds={
        "image": "pictures",
        "video": "clips",
        "music": "songs",
        "speech": "speech",
        "chat": "asked",
    },
    period="Credits a day, 8-21 November",
    units=UNITS,
    notes=("At this pace until 27 November.", "In these days 312 were set aside and returned."),
)

EMPTY: Final = Card(
    title="Welcome, Mia! Your first picture is waiting.",
    figure="40",
    unit="left",
    bars=(
        Bar(label="Allowance", value="40 of 40", share=1.0),
        Bar(label="Pixel Club", value="200 of 200", share=1.0),
        Bar(label="Own", value="0", share=None),
    ),
    days=days(*({} for _ in range(14))),
    kinds={},
    period="Credits a day, 8-21 November",
    empty="Nothing used yet.",
    notes=("20 more tomorrow at 00:00 (UTC).",),
)

HUGE: Final = Card(
    title="The Extraordinarily Long-Named Society of Friends of Generated Pictures, Songs and Clips of Upper "
    "Bavaria and All Its Neighbours has used 1,000,000,000 credits",
    figure="1,000,000,000",
    unit="left this month",
    bars=(
        Bar(label="Allowance of everybody", value="1,000,000,000 of 1,000,000,000", share=1.0),
        Bar(label="The Extraordinarily Long-Named Society", value="640,000,000", share=0.02),
        Bar(label="Own", value="999,999,999 of 1,000,000,000", share=0.999),
    ),
    days=days(*({kind: 1_000_000_000 // (n + at + 1) for at, kind in enumerate(KINDS)} for n in range(14))),
    kinds={kind: kind for kind in KINDS},
    units=UNITS,
    period="Credits a day, 8-21 November, in the time zone America/Argentina/ComodRivadavia",
    notes=(
        "At this pace until 27 November 2031, unless the operator grants 1,000,000,000 credits more before that day.",
        "Renewed on 1 December at 00:00 (America/Argentina/ComodRivadavia); 1,000,000,000 were set aside and returned.",
    ),
)

ODD: Final = Card(
    title="🦊✨ Mia 👩‍👩‍👧 สวัสดี \u202eabc\u202c שלום has 3 left \x00\n😀",
    figure="3",
    unit="left 🎉",
    bars=(
        Bar(label="🎨🎨", value="3 of 20", share=0.15),
        Bar(label="مرحبا Club", value="12 of 1,000", share=0.012),
    ),
    days=days({"image": 1}, {"other": 1}, {"image": 2, "odd": 1}),
    kinds={"image": "🖼️ pictures", "other": "other"},
    notes=("", "20 more 🕛 at 00:00"),
)

ALL: Final = {"member": MEMBER, "member-zh": CHINESE, "owner": OWNER, "empty": EMPTY, "huge": HUGE, "odd": ODD}
