"""seedance2.0: pages 083 and 084.

UNI-SEEDANCE-DURATION, UNI-SEEDANCE-ASPECT: the wider lists of 084. UNI-SEEDANCE-PROMPT: `content` may stand alone.
UNI-SEEDANCE-OPERATION: ignored beside `content`, as 084 says; the older fields need it but for pictures alone, which
083 prints without. UNI-SEEDANCE-TYPES: flags are JSON booleans.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.simulator import arrivals, checks, drafts, looking, refusals
from bot.simulator.arrivals import Input, Wanted
from bot.simulator.families import Family
from bot.simulator.made import Clip
from bot.simulator.submits import Submit
from bot.simulator.uniall import answers, clips, doors

OPERATIONS = ("reference_to_video", "edit_video", "extend_video", "first_last_frame")
ROLES = {
    "image_url": ("image", "reference_image", "first_frame", "last_frame"),
    "video_url": ("reference_video", "source_video"),
    "audio_url": ("reference_audio",),
}
MOST = {"image_url": 9, "video_url": 3, "audio_url": 3}  # 083 and 084, however they are said
FPS = 24

_FIELDS: dict[str, checks.Check] = {
    "model": checks.text,
    "prompt": checks.text,
    "duration": clips.seconds(4, 15),
    "aspect_ratio": checks.one_of("auto", "21:9", "16:9", "4:3", "1:1", "3:4", "9:16"),
    "content": checks.each(checks.mapping),
    "image": checks.url_or_object,
    "last_image": checks.url_or_object,
    "images": clips.urls(most=9),
    "video": checks.url,
    "videos": clips.urls(most=3),
    "audios": clips.urls(most=3),
    "extra_body": checks.mapping,
}
_EXTRA: dict[str, checks.Check] = {
    "generate_audio": checks.flag,
    "seed": clips.integer,
    "watermark": checks.flag,
    "camera_fixed": checks.flag,
    "service_tier": checks.text,
    "execution_expires_after": clips.above_zero,
    "draft": checks.flag,
    "return_last_frame": checks.flag,
    "frames": clips.above_zero,
    "operation": checks.one_of(*OPERATIONS),
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the pages forbid; answer which operation this is."""
    body = draft.body
    checks.fields(body, _FIELDS | {"size": checks.one_of(clips.tier(draft.model))})
    extra = clips.extra(body, _EXTRA)
    if "prompt" not in body and "content" not in body:
        raise refusals.Refused("prompt is required", param="prompt", missing=True)
    checks.need(body, "duration")
    if "content" in body:
        return _by_content(body["content"])
    clips.last_goes_with_image(body)
    return _by_fields(body, extra.get("operation"))


def _by_content(content: object) -> str:
    """084 chapters 5 and 6."""
    assert isinstance(content, list)
    for item in content:
        _judge_item(item)
    if not any(item["type"] == "text" for item in content):
        raise refusals.Refused("`content` needs an item of type text.", param="content")
    for kind, most in MOST.items():
        if sum(item["type"] == kind for item in content) > most:
            raise refusals.Refused(f"`content` must hold at most {most} items of type {kind}.", param="content")
    roles = {item.get("role") for item in content}
    if "source_video" in roles:
        return "edit_video"
    if any(str(role).startswith("reference_") for role in roles):
        return "reference_to_video"
    return "first_last_frame" if "last_frame" in roles else "image2video" if len(roles) > 1 else "text2video"


def _judge_item(item: Mapping[str, object]) -> None:
    kind = item.get("type")
    if kind == "text":
        if checks.text(item.get("text")):
            raise refusals.Refused("`content` text must be a non-empty string.", param="content")
        return
    if not isinstance(kind, str) or kind not in ROLES:
        raise refusals.Refused(f"`content` type must be one of text, {', '.join(ROLES)}.", param="content")
    if complaint := checks.url(item.get("url")):
        raise refusals.Refused(f"`content` url {complaint}.", param="content")
    if item.get("role") not in ROLES[kind]:
        raise refusals.Refused(f"`content` role of {kind} must be one of {', '.join(ROLES[kind])}.", param="content")


def _by_fields(body: Mapping[str, object], operation: object) -> str:
    """084 chapter 7 and error 3."""
    wanted: tuple[str, ...] = ()
    if "video" in body:
        wanted = ("edit_video", "extend_video")
    elif "videos" in body or "audios" in body:
        wanted = ("reference_to_video",)
    if wanted and operation not in wanted:
        raise refusals.Refused(
            f"`extra_body.operation` must be {' or '.join(wanted)} here.", param="extra_body.operation"
        )
    if operation:
        return str(operation)
    if "images" in body:
        return "reference_to_video"
    return "first_last_frame" if "last_image" in body else "image2video" if "image" in body else "text2video"


def inspect(submit: Submit, inputs: Sequence[Input]) -> Iterator[str]:
    """083 and 084: clips and recordings that are references."""
    for medium in ("video", "audio") if submit.operation == "reference_to_video" else ():
        references = [one for one in inputs if one.medium == medium]
        yield from looking.lengths(references, 2, 15)
        yield from looking.together(references, 15)


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """As long as was said, in seconds or in frames, whichever is longer."""
    extra = submit.body.get("extra_body", {})
    return Clip(
        size=clips.size(clips.tier(submit.model), submit.body.get("aspect_ratio"), inputs),
        seconds=max(float(submit.body["duration"]), extra.get("frames", 0) / FPS),
        sound=extra.get("generate_audio", True),
    )


def _inputs(body: Mapping[str, Any]) -> Iterator[Wanted]:
    yield from arrivals.named(body)
    for item in body.get("content", ()):
        if item["type"] in ROLES:
            yield arrivals.want("content", item["type"].removesuffix("_url"), item["url"])


FAMILY = Family(
    name="seedance",
    ids=(
        *(f"seedance2.0-{tier}" for tier in ("480p", "720p", "1080p", "4k")),
        *(f"seedance2.0-{variant}-{tier}" for variant in ("fast", "mini") for tier in ("480p", "720p")),
    ),
    doors=tuple(
        doors.tasks(route, answers.rich_video, polls=(doors.VIDEOS, doors.VIDEOS_GENERATIONS))
        for route in (doors.VIDEO_GENERATIONS, doors.VIDEOS_GENERATIONS)
    ),
    judge=judge,
    makes=makes,
    length_s=(6.0, 10.0),
    failure="request rejected",
    inputs=_inputs,
    inspect=inspect,
)
