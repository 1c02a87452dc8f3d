"""The crowd: who says what; the same on every platform."""

from dataclasses import dataclass

MEMBERS, COMMUNITIES = 400, 8
MODEL, SECONDS = "grok-imagine", 6

MIX = ("video", "credits", "video", "jobs", "video", "models", "video", "help", "video", "credits")
"""What is said in turn: half of it makes something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One command of one member."""

    member: int  # from 0
    community: int  # from 0
    name: str
    prompt: str = ""  # of "video": a slow one, that is in flight for the whole run


def making(number: int) -> Line:
    """Something slow to make."""
    return _line(number, "video", prompt=f"[sim:slow] clip {number}")


def mixed(number: int) -> Line:
    """The next of the mix."""
    name = MIX[number % len(MIX)]
    return making(number) if name == "video" else _line(number, name)


def _line(number: int, name: str, *, prompt: str = "") -> Line:
    member = number * 7 % MEMBERS  # 7 and 400 have no common divisor: everybody's turn comes
    return Line(member=member, community=member % COMMUNITIES, name=name, prompt=prompt)
