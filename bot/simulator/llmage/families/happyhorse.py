"""happyhorse: 文生视频, 图生视频, 参考生视频 > 快乐马.

LLM-CASE: a capital P. LLM-RATIO-ADAPTIVE: `adaptive` is taken, as the column of defaults has it. LLM-DEFAULTS: those of
each table.
"""

from collections.abc import Sequence

from bot.simulator import checks, drafts
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.llmage import doors, rules
from bot.simulator.made import Clip
from bot.simulator.submits import Submit

_KINDS = {"happyhorse-1.0-t2v": ("t2v",), "happyhorse-1.0-i2v": ("i2v",), "happyhorse-1.0-r2v": ("ref2v",)}
_SHARED: dict[str, checks.Check] = {
    "resolution": checks.one_of("720P", "1080P"),
    "duration": checks.whole(1, rules.LONGEST_S),
}
_RATIO = {  # the table of images to video has none
    "happyhorse-1.0-t2v": {"ratio": checks.one_of(*rules.RATIOS, "adaptive")},
    "happyhorse-1.0-i2v": {},
    "happyhorse-1.0-r2v": {"ratio": checks.one_of(*rules.RATIOS)},
}
_FILES = {"i2v": {"image_file": 1}, "ref2v": {"image_files": 9}}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the pages forbid; answer which operation this is."""
    return rules.judge(draft, _KINDS[draft.model], _SHARED | _RATIO[draft.model], _FILES)


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """As asked, or as the tables' defaults have it."""
    if submit.model == "happyhorse-1.0-r2v":
        return rules.clip(submit, inputs, seconds=15, resolution="1080P")
    return rules.clip(submit, inputs, seconds=5, resolution="720P")


FAMILY = Family(
    name="happyhorse",
    ids=tuple(_KINDS),
    kinds=_KINDS,
    doors=(doors.VIDEOS,),
    judge=judge,
    makes=makes,
    length_s=(6.0, 10.0),
    inputs=rules.inputs,
    numbers=frozenset({"duration"}),
)
