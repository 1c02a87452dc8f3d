"""The folder of the pictures and the page that shows them."""

from collections.abc import Sequence
from pathlib import Path

from tests.pictures import seen

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
README = FOLDER / "README.md"
CARDS = {
    "usage-member": "The usage card of a member: what is left, what it comes from, and where it went.",
    "usage-member-zh": "The same in Chinese.",
    "usage-owner": "The community's, for who manages it: its budgets, its pace, and what was returned.",
    "usage-empty": "A member who has not used anything.",
    "usage-huge": "Names and numbers that are as long as they come.",
    "usage-odd": "A name in letters and signs that no type has.",
}
MONTH = {"month": "A month of 500 members, as [its page](../month.md) tells; `make month` draws it."}
_HEAD = """# Pictures

What members see, drawn from what the bot really sent to a played Discord and a played Telegram. The frames around the
messages are our own drawings of those apps, the results are the simulator's stand-ins. `make pictures` makes them anew.
"""


def readme(scenes: Sequence[seen.Scene]) -> str:
    """The page: every picture with its sentence."""
    parts = [_HEAD]
    for platform, title in (("discord", "Discord"), ("telegram", "Telegram")):
        parts.append(f"## {title}\n")
        parts += [_entry(scene, title) for scene in scenes if scene.platform == platform]
    parts.append("## What it used\n")
    parts += [f"{about}\n\n![{name.replace('-', ' ')}]({name}.png)\n" for name, about in (CARDS | MONTH).items()]
    return "\n".join(parts)


def _entry(scene: seen.Scene, title: str) -> str:
    words = scene.name.partition("-")[2].replace("-", " ")
    return f"{scene.about}\n\n![{title}: {words}]({scene.name}.png)\n"
