"""seedance 1.5: 文生视频, 图生视频 > seedance 1.5. LLM-SEEDANCE15-I2V: both files may be left out."""

from collections.abc import Sequence

from bot.simulator import checks, drafts
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.llmage import doors, rules
from bot.simulator.made import Clip
from bot.simulator.submits import Submit

ID = "doubao-seedance-1-5-pro-251215"

_FIELDS: dict[str, checks.Check] = {
    "ratio": checks.one_of(*rules.RATIOS, "adaptive"),
    "resolution": checks.one_of("480p", "720p", "1080p"),
    "duration": checks.whole(1, rules.LONGEST_S),
}
_FILES = {"i2v": {"image_file1": -1, "image_file2": -1}}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the pages forbid; answer which operation this is."""
    operation = rules.judge(draft, ("t2v", "i2v"), _FIELDS, _FILES)
    return "first_last_frame" if "image_file2" in draft.body else operation


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """As asked, or as the tables' defaults have it."""
    return rules.clip(submit, inputs, seconds=12, resolution="1080p")


FAMILY = Family(
    name="seedance-1.5",
    ids=(ID,),
    kinds={ID: ("t2v", "i2v")},
    doors=(doors.VIDEOS,),
    judge=judge,
    makes=makes,
    length_s=(6.0, 10.0),
    inputs=rules.inputs,
    numbers=frozenset({"duration"}),
)
