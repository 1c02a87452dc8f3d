"""wan2.6: pages 097 to 101.

UNI-WAN-R2V-DURATION: 5 or 10. UNI-WAN-SIZE: may be left out; any of the four sizes for every id, since no page says
otherwise. UNI-WAN-MODELS: the ids without a page of their own take what the others do.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.simulator import arrivals, checks, drafts, refusals
from bot.simulator.arrivals import Input, Wanted
from bot.simulator.families import Family
from bot.simulator.made import Clip
from bot.simulator.media import sizes
from bot.simulator.submits import Submit
from bot.simulator.uniall import answers, clips, doors

SIZES = ("1280*720", "720*1280", "1920*1080", "1080*1920")
TIERS = ("720p", "1080p")
SOUNDS = ("audio", "silent")

_SHARED: dict[str, checks.Check] = {
    "model": checks.text,
    "prompt": checks.text,
    "size": checks.one_of(*SIZES),
    "extra_body": checks.mapping,
}
_EXTRA: dict[str, checks.Check] = {
    "negative_prompt": checks.anything,
    "shot_type": checks.one_of("single", "multi"),
    "seed": clips.integer,
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the pages forbid; answer which operation this is."""
    body, references = draft.body, "-r2v-" in draft.model
    checks.fields(body, _SHARED | _own(draft.model))
    extra = dict(_EXTRA)
    if references:
        extra["enable_prompt_expansion"] = checks.flag
    if not draft.model.endswith("-silent"):
        extra["audio"] = checks.url
    clips.extra(body, extra)
    checks.need(body, "prompt", "duration")
    clips.public(body, "image", "images", "videos")
    if references:
        if "images" not in body and "videos" not in body:
            raise refusals.Refused("`images` or `videos` is required.", param="images", missing=True)
        return "reference2video"
    if "-i2v-" in draft.model:
        checks.need(body, "image")
    return "image2video" if "image" in body else "text2video"


def _own(model: str) -> dict[str, checks.Check]:
    """099: the seconds of each kind of model, and the media that it takes (097)."""
    if "-r2v-" in model:
        return {"duration": clips.seconds_in(5, 10), "images": checks.urls, "videos": checks.urls}
    lengths = clips.seconds(5, 15) if "-i2v-" in model else clips.seconds_in(5, 10, 15)
    return {"duration": lengths, "image": checks.url}


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """Of the size that was said; a picture brought to life keeps its shape."""
    size = submit.body.get("size")
    if size is None or submit.operation == "image2video":
        made = clips.size(clips.tier(submit.model.removesuffix("-audio").removesuffix("-silent")), None, inputs)
    else:
        made = sizes.pixels(size.replace("*", "x"))
    return Clip(size=made, seconds=float(submit.body["duration"]), sound=not submit.model.endswith("-silent"))


def _inputs(body: Mapping[str, Any]) -> Iterator[Wanted]:
    yield from arrivals.named(body)
    if audio := body.get("extra_body", {}).get("audio"):
        yield arrivals.want("extra_body.audio", "audio", audio)


FAMILY = Family(
    name="wan2.6",
    ids=(
        *(f"wan2.6-{kind}-{tier}" for kind in ("video", "r2v") for tier in TIERS),
        *(f"wan2.6-{kind}-flash-{tier}-{sound}" for kind in ("i2v", "r2v") for tier in TIERS for sound in SOUNDS),
    ),
    doors=(doors.tasks(doors.VIDEO_GENERATIONS, answers.rich_video, polls=(doors.VIDEOS,)),),
    judge=judge,
    makes=makes,
    length_s=(7.0, 11.0),
    failure="request rejected",
    inputs=_inputs,
)
