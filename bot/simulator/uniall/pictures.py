"""What the picture models of pages 062 and 063 have in common: reference fields, task types, and which door edits."""

from collections.abc import Mapping

from bot.simulator import checks, drafts, refusals
from bot.simulator.uniall import doors

REFERENCES = ("image", "images", "image_url", "image_urls")

SHARED: dict[str, checks.Check] = {
    "model": checks.text,
    "prompt": checks.text,
    "image": checks.picture,
    "images": checks.urls,
    "image_url": checks.url,
    "image_urls": checks.urls,
    "response_format": checks.one_of("url"),
}


def judge(draft: drafts.Draft, own: Mapping[str, checks.Check], required: tuple[str, ...] = ("prompt",)) -> str:
    """Judge a draft by the shared fields and a family's own; answer which operation it is."""
    known = SHARED | dict(own)
    if draft.path == doors.IMAGE_TASKS:
        known["task_type"] = checks.one_of("text2image", "image2image")
    checks.fields(draft.body, known)
    checks.need(draft.body, *required)
    checks.at_most_one(draft.body, *REFERENCES)
    return operation(draft)


def operation(draft: drafts.Draft) -> str:
    """Which operation a draft asks for; refuses one at the wrong door, and an edit of nothing."""
    sent = next((name for name in REFERENCES if name in draft.body), None)
    if draft.path == doors.IMAGE_EDITS:
        wanted = "image2image"
    elif draft.path == doors.IMAGE_GENERATIONS:
        wanted = "text2image"
    else:
        wanted = str(draft.body.get("task_type", "image2image" if sent else "text2image"))
    if wanted == "image2image" and sent is None:
        raise refusals.Refused("`image` or `images` is required to edit a picture.", param="image", missing=True)
    if draft.path == doors.IMAGE_GENERATIONS and sent:
        raise refusals.Refused(f"`{sent}` belongs to {doors.IMAGE_EDITS}.", param=sent)
    return wanted
