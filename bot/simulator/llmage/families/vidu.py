"""vidu: 文生视频, 图生视频 > vidu. LLM-OFF-PEAK: Y or N in the request, a boolean in the usage of the answer."""

from collections.abc import Sequence

from bot.simulator import checks, drafts
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.llmage import doors, rules
from bot.simulator.made import Clip
from bot.simulator.submits import Submit

_FIELDS: dict[str, checks.Check] = {
    "off_peak": checks.one_of("Y", "N"),
    "duration": checks.whole(1, 16),
    "ratio": checks.one_of(*rules.RATIOS),
    "resolution": checks.one_of("540p", "720p", "1080p"),
}
_FILES = {"i2v": {"image_file1": 1, "image_file2": 1}}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the pages forbid; answer which operation this is."""
    operation = rules.judge(draft, ("t2v", "i2v"), _FIELDS, _FILES)
    return "first_last_frame" if operation == "image2video" else operation


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """As asked, or as the tables' defaults have it."""
    return rules.clip(submit, inputs, seconds=10, resolution="1080p", ratio="16:9")


FAMILY = Family(
    name="vidu",
    ids=("viduq3-pro",),
    kinds={"viduq3-pro": ("t2v", "i2v")},
    doors=(doors.VIDEOS,),
    judge=judge,
    makes=makes,
    length_s=(6.0, 10.0),
    inputs=rules.inputs,
    numbers=frozenset({"duration"}),
)
