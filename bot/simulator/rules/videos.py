"""What may be asked of the video models: grok-imagine (pages 071, 074) and the talking heads (page 060)."""

from collections.abc import Mapping

from bot.simulator import drafts, refusals
from bot.simulator.rules import checks

OPERATIONS = ("text_to_video", "image_to_video", "reference_to_video", "edit_video", "video_extend")
LONGEST_SPEECH_S = 600  # not documented; what this machine is willing to film

_GROK: dict[str, checks.Check] = {
    "model": checks.text,
    "prompt": checks.text,
    "image": checks.url_or_object,
    "images": checks.urls,
    "image_url": checks.url,
    "image_urls": checks.urls,
    "video": checks.url_or_object,
    "videos": checks.urls,
    "size": checks.one_of("480p", "720p"),
    "aspect_ratio": checks.one_of("16:9", "1:1", "9:16", "4:3", "auto"),
    "duration": checks.anything,  # integer or a text of digits: see _seconds
    "seconds": checks.anything,
    "extra_body": checks.mapping,
}
_EXTRA: dict[str, checks.Check] = {
    "operation": checks.one_of(*OPERATIONS),
    "input_video_seconds": checks.whole(1, 3600),
}
_AVATAR: dict[str, checks.Check] = {
    "model": checks.text,
    "image_url": checks.url,
    "audio_url": checks.url,
    "audio_duration_seconds": checks.positive,
    "prompt": checks.anything,
}
_LIMITS = {"text_to_video": (1, 15), "image_to_video": (1, 15), "reference_to_video": (1, 10), "video_extend": (2, 10)}


def judge_avatar(draft: drafts.Draft) -> str:
    """Refuse what page 060 forbids."""
    checks.fields(draft.body, _AVATAR)
    checks.need(draft.body, "image_url", "audio_url", "audio_duration_seconds")
    seconds = draft.body["audio_duration_seconds"]
    if isinstance(seconds, int | float) and seconds > LONGEST_SPEECH_S:
        raise refusals.Refused(
            f"`audio_duration_seconds` must be at most {LONGEST_SPEECH_S}.", param="audio_duration_seconds"
        )
    return "avatar"


def judge_grok(draft: drafts.Draft) -> str:
    """Refuse what page 071 forbids; answer which operation this is (its chapter 6)."""
    body = draft.body
    checks.fields({name: value for name, value in body.items() if name != "duration"}, _GROK)
    extra = body.get("extra_body", {})
    assert isinstance(extra, dict)
    checks.fields(extra, _EXTRA, under="extra_body.")
    checks.need(body, "prompt")
    checks.at_most_one(body, "duration", "seconds")
    operation = _operation(body, extra)
    _inputs(body, operation)
    _seconds(body, operation)
    return operation


def pictures(body: Mapping[str, object]) -> int:
    """How many pictures a grok-imagine request carries."""
    several = sum(len(value) for name in ("images", "image_urls") if isinstance(value := body.get(name), list))
    return several + sum(name in body for name in ("image", "image_url"))


def _operation(body: Mapping[str, object], extra: Mapping[str, object]) -> str:
    if "operation" in extra:
        return str(extra["operation"])
    if "video" in body:
        raise refusals.Refused(
            "`video` alone is ambiguous: say edit_video or video_extend in `extra_body.operation`.",
            param="extra_body.operation",
        )
    if pictures(body) > 1 or "videos" in body:
        return "reference_to_video"
    return "image_to_video" if pictures(body) else "text_to_video"


def _inputs(body: Mapping[str, object], operation: str) -> None:
    if operation in ("edit_video", "video_extend") and "video" not in body:
        raise refusals.Refused(f"`video` is required for {operation}.", param="video")
    if operation == "image_to_video" and not pictures(body):
        raise refusals.Refused("`image` is required for image_to_video.", param="image")
    if operation == "reference_to_video" and not pictures(body) and "videos" not in body:
        raise refusals.Refused("`images` is required for reference_to_video.", param="images")
    if body.get("aspect_ratio") == "auto" and operation in ("text_to_video", "reference_to_video"):
        raise refusals.Refused("`aspect_ratio` auto needs a single `image`.", param="aspect_ratio")


def _seconds(body: Mapping[str, object], operation: str) -> None:
    name = "seconds" if "seconds" in body else "duration"
    if operation == "edit_video":
        if name in body:
            raise refusals.Refused(f"`{name}` must not be sent for edit_video.", param=name)
        return
    if name not in body:
        raise refusals.Refused("`duration` or `seconds` is required.", param="duration")
    value = body[name]
    seconds = int(value) if isinstance(value, str) and value.isdecimal() and value.isascii() else value
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise refusals.Refused(f"`{name}` must be whole seconds.", param=name)
    low, high = _LIMITS[operation]
    if not low <= seconds <= high:
        raise refusals.Refused(f"`{name}` must be from {low} to {high} for {operation}.", param=name)
