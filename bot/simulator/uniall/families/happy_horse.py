"""happy-horse: pages 076 to 078.

UNI-HH-DURATION: required of every model, as 077 says. UNI-HH-EDIT-REFS: at most five. UNI-HH-REF-ALIAS: to make, either
name. An edit is as long as its source, up to 15 seconds.
"""

from collections.abc import Iterator, Mapping, Sequence

from bot.simulator import arrivals, checks, drafts, looking, refusals
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.made import Clip
from bot.simulator.submits import Submit
from bot.simulator.uniall import answers, clips, doors

LONGEST_EDIT_S = 15.0
WIDEST = 2.5
PICTURES = ("jpeg", "jpg", "png", "webp")
ENDINGS = {"image": (*PICTURES, "bmp"), "images": PICTURES, "reference_image_urls": PICTURES, "video": ("mp4", "mov")}

_SHARED: dict[str, checks.Check] = {
    "model": checks.text,
    "prompt": checks.text,
    "duration": clips.seconds(3, 15),
    "seed": checks.whole(0, 2147483647),
}
_MADE: dict[str, checks.Check] = {
    "aspect_ratio": checks.one_of("16:9", "9:16", "1:1", "4:3", "3:4"),
    "image": checks.url,
    "images": clips.urls(most=9),
    "reference_image_urls": clips.urls(most=9),
}
_EDITED: dict[str, checks.Check] = {
    "video": checks.url,
    "reference_image_urls": clips.urls(most=5),
    "audio_setting": checks.one_of("auto", "origin"),
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the pages forbid; answer which operation this is."""
    body, edits = draft.body, "-edit-" in draft.model
    own = _EDITED if edits else _MADE
    checks.fields(body, _SHARED | own | {"size": checks.one_of(clips.tier(draft.model))})
    checks.need(body, "prompt", "duration", *(["video"] if edits else []))
    if len(str(body["prompt"])) > 2500:
        raise refusals.Refused("`prompt` must have at most 2500 characters.", param="prompt")
    checks.at_most_one(body, "image", "images", "reference_image_urls")
    _endings(body)
    clips.public(body, "image", "images", "video", "reference_image_urls")
    if edits:
        return "edit_video"
    references = "images" in body or "reference_image_urls" in body
    return "reference2video" if references else "image2video" if "image" in body else "text2video"


def _endings(body: Mapping[str, object]) -> None:
    """077: which kinds of files; an address without an ending tells nothing."""
    for field, allowed in ENDINGS.items():
        value = body.get(field, ())
        for address in value if isinstance(value, list) else [value] if isinstance(value, str) else []:
            name = str(address).partition("?")[0].rpartition("/")[2]
            if "." in name and name.rpartition(".")[2].lower() not in allowed:
                raise refusals.Refused(f"`{field}` must be one of {', '.join(allowed)}.", param=field)


def inspect(_: Submit, inputs: Sequence[Input]) -> Iterator[str]:
    """077: what pictures and clips must be like."""
    first, clip = looking.of(inputs, "image"), looking.of(inputs, "video")
    references, edits = looking.of(inputs, "images", "reference_image_urls"), bool(clip)
    yield from looking.lengths(clip, 3, 60)
    yield from looking.sides(clip, 320, 2160)
    yield from looking.pace(clip, 8)
    yield from looking.weight(clip, 100)
    yield from looking.sides(first, 300)
    yield from looking.sides(references, 300 if edits else 400)
    yield from looking.shape([*first, *clip, *(references if edits else ())], WIDEST)
    yield from looking.weight([*first, *references], 10)


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """As long as was said; an edit as long as its source."""
    seconds = float(submit.body["duration"])
    if submit.operation == "edit_video":
        seconds = min(arrivals.seconds(inputs, of="video") or seconds, LONGEST_EDIT_S)
    seen = [one for one in inputs if one.medium == "video"] or list(inputs)
    return Clip(size=clips.size(clips.tier(submit.model), submit.body.get("aspect_ratio"), seen), seconds=seconds)


FAMILY = Family(
    name="happy-horse",
    ids=tuple(f"happy-horse-{does}{tier}" for does in ("", "edit-") for tier in ("720p", "1080p")),
    doors=tuple(
        doors.tasks(route, answers.rich_video, polls=(doors.VIDEOS, doors.VIDEOS_GENERATIONS))
        for route in (doors.VIDEO_GENERATIONS, doors.VIDEOS_GENERATIONS)
    ),
    judge=judge,
    makes=makes,
    length_s=(6.0, 10.0),
    failure="request rejected",
    inspect=inspect,
)
