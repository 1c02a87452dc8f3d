"""sora in its three forms: 统一视频格式, OpenAI 官方视频格式, chat 格式.

The OpenAI form has no table; its fields are those of OpenAI's own page, which it points at. NEX-SIZE: per form.
NEX-DURATION: the range of 视频时长限制. The page gives small, medium and large no pixels: 480p, 720p and 1080p here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.simulator import arrivals, chats, checks, drafts
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.made import Clip
from bot.simulator.media import sizes
from bot.simulator.nexus import doors, openai_videos
from bot.simulator.submits import Submit

SECONDS = 10
LONGEST_S = 60  # of the pro id, for which no range is documented
MOST_IMAGES = 10  # not documented

_TIERS = {"small": "480p", "medium": "720p", "large": "1080p"}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids; answer which operation this is."""
    if draft.path == doors.VIDEOS:
        return openai_videos.judge(draft, picture="input_reference")
    return _chat(draft) if draft.path == doors.CHAT else _unified(draft)


def _unified(draft: drafts.Draft) -> str:
    checks.fields(
        draft.body,
        {
            "model": checks.text,
            "prompt": checks.text,
            "orientation": checks.one_of("landscape", "portrait"),
            "size": checks.one_of(*_TIERS),
            "duration": checks.whole(*((5, 20) if draft.model == "sora-2-all" else (1, LONGEST_S))),
            "images": checks.at_most(MOST_IMAGES, checks.urls),
        },
    )
    checks.need(draft.body, "prompt")
    return "image2video" if "images" in draft.body else "text2video"


def _chat(draft: drafts.Draft) -> str:
    checks.fields(draft.body, {"model": checks.text, "messages": checks.array, "stream": checks.flag})
    checks.need(draft.body, "messages")
    return "image2video" if chats.judge(draft.body["messages"]) else "text2video"


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """As asked."""
    if submit.path == doors.VIDEOS:
        return openai_videos.clip(submit)
    upright = submit.body.get("orientation") == "portrait"
    size = sizes.video(_TIERS[submit.body.get("size", "medium")], 9 / 16 if upright else 16 / 9)
    return Clip(size=size, seconds=float(submit.body.get("duration", SECONDS)))


def _inputs(body: Mapping[str, Any]) -> list[arrivals.Wanted]:
    return list(arrivals.named(body, {"images": "image", "input_reference": "image"}))


FAMILY = Family(
    name="sora",
    ids=("sora-2-all", "sora-2-pro-all"),
    doors=(doors.UNIFIED, doors.OPENAI, doors.CONVERSATION),
    judge=judge,
    makes=makes,
    length_s=(8.0, 12.0),
    failure="timeout",
    inputs=_inputs,
)
