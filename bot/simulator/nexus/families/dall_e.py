"""dall-e-3: DALL·E 3 > 创建图像. The page gives `n` no range; OpenAI's is taken for all models, 1 to 10."""

from collections.abc import Sequence

from bot.simulator import checks, drafts
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.made import Picture
from bot.simulator.media import sizes
from bot.simulator.nexus import doors
from bot.simulator.submits import Submit

_FIELDS: dict[str, checks.Check] = {
    "model": checks.text,
    "prompt": checks.text,
    "n": checks.whole(1, 10),
    "size": checks.one_of("1024x1024", "1792x1024", "1024x1792"),
    "quality": checks.one_of("standard", "hd"),
    "style": checks.one_of("vivid", "natural"),
    "response_format": checks.one_of("url", "b64_json"),
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids."""
    checks.fields(draft.body, _FIELDS)
    checks.need(draft.body, "prompt")
    return "text2image"


def makes(submit: Submit, inputs: Sequence[Input]) -> Picture:
    """As many as asked, of exactly the asked size."""
    return Picture(size=sizes.pixels(submit.body.get("size", "1024x1024")), count=submit.body.get("n", 1))


FAMILY = Family(
    name="dall-e",
    ids=("dall-e-3",),
    doors=(doors.GENERATIONS,),
    judge=judge,
    makes=makes,
    length_s=(2.5, 4.0),
    failure="timeout",
)
