"""What uniall's picture families have in common: one request for each picture, and the fields for references."""

from collections.abc import Sequence
from dataclasses import replace

from bot.catalogue._spec import Step
from bot.requests import Json


def one_by_one(step: Step, count: int) -> tuple[Step, ...]:
    """A request for each picture, where a page knows no count."""
    alone = {name: value for name, value in step.said.items() if name != "count"}
    return (replace(step, said=alone),) * count


def references(images: Sequence[str], *, several: str = "images") -> dict[str, Json]:
    """`image` for one, another field for several, never both (062 §3.1, 070, 072 §4)."""
    return {"image": images[0]} if len(images) == 1 else {several: list(images)}
