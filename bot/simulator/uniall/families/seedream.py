"""seedream: page 070. Answers wait for the pictures.

UNI-SEEDREAM-N: either name of the count, but not two different ones. UNI-SEEDREAM-FORM: addresses alone. No page gives
a default size: about four million pixels, in the shape of the first reference.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.simulator import arrivals, checks, drafts, refusals
from bot.simulator.arrivals import Input, Wanted
from bot.simulator.families import Family
from bot.simulator.made import Picture
from bot.simulator.media import sizes
from bot.simulator.submits import Submit
from bot.simulator.uniall import doors, pictures

LEAST_PX = {"seedream-4.0": 921_600, "seedream-4.5": 3_686_400, "seedream-5.0-lite": 3_686_400}
LONGEST_PX = 4096
MOST_REFERENCES, MOST_RESULTS, MOST_TOGETHER = 10, 6, 15
UNSAID = "2K"  # the tier of a picture whose size was not said

_SIDES: dict[str, checks.Check] = {"width": checks.whole(1, LONGEST_PX), "height": checks.whole(1, LONGEST_PX)}


def _reference(value: object) -> str | None:
    """A URL, or an object with one under `url` or `image_url`."""
    if isinstance(value, dict) and set(value) == {"image_url"}:
        return checks.url(value["image_url"])
    return checks.url_or_object(value)


_ONE_OR_MORE = checks.any_of(_reference, checks.each(_reference))
_FIELDS: dict[str, checks.Check] = {
    "model": checks.text,
    "prompt": checks.text,
    "n": checks.whole(1, MOST_RESULTS),
    "num_images": checks.whole(1, MOST_RESULTS),
    "custom_size": checks.mapping,
    "image": _ONE_OR_MORE,
    "image_url": _ONE_OR_MORE,
    "image_urls": checks.each(_reference),
    "images": checks.each(_reference),
    "timeout_seconds": checks.positive,
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids; answer which operation this is."""
    body = draft.body
    checks.fields(body, _FIELDS)
    checks.need(body, "prompt")
    checks.at_most_one(body, *pictures.REFERENCES)
    operation = pictures.operation(draft)
    _size(draft.model, body.get("custom_size"))
    if body.get("n", count := _count(body)) != count:
        raise refusals.Refused("`n` and `num_images` must be equal.", param="num_images")
    references = len(list(_inputs(body)))
    if references > MOST_REFERENCES:
        field = next(name for name in pictures.REFERENCES if name in body)
        raise refusals.Refused(f"`{field}` must be at most {MOST_REFERENCES}.", param=field)
    if references + count > MOST_TOGETHER:
        field = "num_images" if "num_images" in body else "n"
        most = MOST_TOGETHER - references
        raise refusals.Refused(f"`{field}` must be at most {most} with {references} references.", param=field)
    return operation


def _size(model: str, size: object) -> None:
    if not isinstance(size, dict):
        return
    checks.fields(size, _SIDES, under="custom_size.")
    checks.need(size, *_SIDES, under="custom_size.")
    if size["width"] * size["height"] < LEAST_PX[model]:
        words = f"`custom_size` must have {LEAST_PX[model]} pixels at least."
        raise refusals.Refused(words, param="custom_size")


def _count(body: Mapping[str, Any]) -> int:
    return int(body.get("num_images", body.get("n", 1)))


def makes(submit: Submit, inputs: Sequence[Input]) -> Picture:
    """Of exactly the size that was said."""
    said, shown = submit.body.get("custom_size"), arrivals.shape(inputs)
    size = sizes.tiered(UNSAID, sizes.nearest_ratio(shown or (1, 1)))
    return Picture(size=(said["width"], said["height"]) if said else size, format="png", count=_count(submit.body))


def _inputs(body: Mapping[str, Any]) -> Iterator[Wanted]:
    for field in pictures.REFERENCES:
        given = body.get(field, [])
        for one in given if isinstance(given, list) else [given]:
            plain = one["image_url"] if isinstance(one, dict) and "image_url" in one else one
            yield arrivals.want(field, "image", plain)


FAMILY = Family(
    name="seedream",
    ids=tuple(LEAST_PX),
    doors=(doors.images(doors.IMAGE_GENERATIONS), doors.images(doors.IMAGE_EDITS)),
    judge=judge,
    makes=makes,
    length_s=(2.6, 4.2),
    failure="image task failed",
    inputs=_inputs,
)
