"""wan 2.6: 文生视频 > 万象, 图生视频 > 通义万象. LLM-WAN-R2V: first and last frame, with catelogid i2v."""

import re
from collections.abc import Sequence

from bot.simulator import checks, drafts
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.llmage import doors, rules
from bot.simulator.made import Clip
from bot.simulator.submits import Submit

SIZES = (
    *("832*480", "480*832", "624*624", "1280*720", "720*1280", "960*960"),
    *("1920*1080", "1080*1920", "1440*1440"),
)
_KINDS = {"wan2.6-t2v": ("t2v",), "wan2.6-r2v": ("i2v",)}
_FILES = {"i2v": {"image_file1": 1, "image_file2": 1}}


def _any_size(value: object) -> str | None:
    """The table of frames to video names no sizes; its default is the only one that is sure."""
    fits = isinstance(value, str) and re.fullmatch(r"\d{3,4}\*\d{3,4}", value)
    return None if fits else "must be two numbers with * between them"


def judge(draft: drafts.Draft) -> str:
    """Refuse what the pages forbid; answer which operation this is."""
    known: dict[str, checks.Check] = {
        "negative_prompt": checks.anything,
        "size": checks.one_of(*SIZES) if draft.model == "wan2.6-t2v" else _any_size,
        "duration": checks.one_of(5, 10, 15),
    }
    operation = rules.judge(draft, _KINDS[draft.model], known, _FILES)
    return "first_last_frame" if operation == "image2video" else operation


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """Exactly the asked size, but even on both sides, as films must be."""
    width, height = map(int, submit.body.get("size", "1920*1080").split("*"))
    size = (width // 2 * 2, height // 2 * 2)
    return Clip(size=size, seconds=float(submit.body.get("duration", 15)), cover=True)


FAMILY = Family(
    name="wan",
    ids=tuple(_KINDS),
    kinds=_KINDS,
    doors=(doors.VIDEOS,),
    judge=judge,
    makes=makes,
    length_s=(6.0, 10.0),
    inputs=rules.inputs,
    numbers=frozenset({"duration"}),
)
