"""veo in the OpenAI form: OpenAI 视频格式. NEX-VEO-NAMES: the names of this form are others. NEX-SIZE: "16x9"."""

from collections.abc import Sequence

from bot.simulator import drafts
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.made import Clip
from bot.simulator.nexus import doors, openai_videos
from bot.simulator.submits import Submit


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids; answer which operation this is."""
    return openai_videos.judge(draft, picture="image")


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """As asked; what is called 4K is filmed in 720p, for this machine's sake."""
    return openai_videos.clip(submit)


FAMILY = Family(
    name="veo-openai",
    ids=("veo_3_1-fast-4K",),
    doors=(doors.OPENAI,),
    judge=judge,
    makes=makes,
    length_s=(8.0, 12.0),
    failure="timeout",
)
