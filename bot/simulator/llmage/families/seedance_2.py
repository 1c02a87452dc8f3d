"""seedance 2.0: 文生视频, 图生视频, 参考生视频 > seedance 2.0.

LLM-SEEDANCE-FAST: the fast id for texts only. LLM-DREAMINA: by the tables of seedance 2.0. LLM-SEEDANCE2-I2V: both
frames are needed. LLM-RATIO-ADAPTIVE: `adaptive` is taken, but not with references, whose table has no default.
"""

from collections.abc import Sequence

from bot.simulator import checks, drafts
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.llmage import doors, rules
from bot.simulator.made import Clip
from bot.simulator.submits import Submit

MOST_FILES = 20  # not documented; what this machine is willing to look at

_KINDS = {
    "doubao-seedance-2-0-260128": ("t2v", "i2v", "ref2v"),
    "dreamina-seedance-2-0-260128": ("t2v", "i2v", "ref2v"),
    "doubao-seedance-2-0-fast-260128": ("t2v",),
}
_SHARED: dict[str, checks.Check] = {
    "resolution": checks.one_of("480p", "720p", "1080p"),
    "duration": checks.whole(1, rules.LONGEST_S),
}
_FILES = {
    "i2v": {"image1_file": 1, "image2_file": 1},
    "ref2v": {"image_files": MOST_FILES, "video_files": -MOST_FILES, "audio_files": -MOST_FILES},
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the pages forbid; answer which operation this is."""
    adaptive = () if draft.body.get("catelogid") == "ref2v" else ("adaptive",)
    ratio = {"ratio": checks.one_of(*rules.RATIOS, *adaptive)}
    operation = rules.judge(draft, _KINDS[draft.model], _SHARED | ratio, _FILES)
    return "first_last_frame" if operation == "image2video" else operation


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """As asked, or as the tables' defaults have it."""
    if submit.body["catelogid"] == "ref2v":
        return rules.clip(submit, inputs, seconds=12, resolution="1080p")
    return rules.clip(submit, inputs, seconds=5, resolution="720p")


FAMILY = Family(
    name="seedance-2.0",
    ids=tuple(_KINDS),
    kinds=_KINDS,
    doors=(doors.VIDEOS,),
    judge=judge,
    makes=makes,
    length_s=(6.0, 10.0),
    inputs=rules.inputs,
    numbers=frozenset({"duration"}),
)
