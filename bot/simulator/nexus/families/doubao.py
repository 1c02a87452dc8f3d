"""Doubao pictures: 豆包系列. NEX-DOUBAO: four ids and no route, so all of it is guessed.

The route is that of DALL·E 3, the fields are those of Volcano Ark, who makes these models: `image` is one URL or a
list, `size` pixels or a tier, and a row of pictures is asked for with `sequential_image_generation`.
"""

from collections.abc import Mapping, Sequence

from bot.simulator import arrivals, checks, drafts, refusals
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.made import Picture
from bot.simulator.media import sizes
from bot.simulator.nexus import doors
from bot.simulator.submits import Submit

TEXT3, EDIT3 = "doubao-seedream-3-0-t2i-250415", "doubao-seededit-3-0-i2i-250628"
SEEDREAM4, SEEDREAM45 = "doubao-seedream-4-0-250828", "doubao-seedream-4-5-251128"
TOGETHER = 15  # pictures that go in and come out

_ROW, _ROW_OPTIONS = "sequential_image_generation", "sequential_image_generation_options"
_TIERS = {SEEDREAM4: ("1K", "2K", "4K"), SEEDREAM45: ("2K", "4K")}


def _guidance(value: object) -> str | None:
    return checks.number(value) or (
        None if isinstance(value, int | float) and 1 <= value <= 10 else "must be from 1 to 10"
    )


_THIRD: dict[str, checks.Check] = {"seed": checks.whole(-1, 2_147_483_647), "guidance_scale": _guidance}
_COMMON: dict[str, checks.Check] = {
    "model": checks.text,
    "prompt": checks.text,
    "watermark": checks.flag,
    "response_format": checks.one_of("url", "b64_json"),
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the models' maker forbids; answer which operation this is."""
    checks.fields(draft.body, {**_COMMON, **_own(draft.model)})
    checks.need(draft.body, "prompt", *(["image"] if draft.model == EDIT3 else []))
    if _ROW_OPTIONS in draft.body:
        _row(draft.body)
    return "image2image" if "image" in draft.body else "text2image"


def _own(model: str) -> Mapping[str, checks.Check]:
    if model == TEXT3:
        return {**_THIRD, "size": checks.pixels}
    if model == EDIT3:
        return {**_THIRD, "size": checks.one_of("adaptive"), "image": checks.url}
    return {
        "size": checks.any_of(checks.pixels, checks.one_of(*_TIERS[model])),
        "image": checks.any_of(checks.url, checks.at_most(10, checks.urls)),
        _ROW: checks.one_of("auto", "disabled"),
        _ROW_OPTIONS: checks.mapping,
    }


def _row(body: Mapping[str, object]) -> None:
    """A row of pictures and the pictures that it is made from are not too many together."""
    asked, given = body[_ROW_OPTIONS], body.get("image", [])
    assert isinstance(asked, dict)
    checks.fields(asked, {"max_images": checks.whole(1, TOGETHER)}, under=f"{_ROW_OPTIONS}.")
    checks.need(asked, "max_images", under=f"{_ROW_OPTIONS}.")
    if body.get(_ROW) != "auto":
        raise refusals.Refused(f"`{_ROW}` must be auto.", param=_ROW)
    if asked["max_images"] + (len(given) if isinstance(given, list) else 1) > TOGETHER:
        param = f"{_ROW_OPTIONS}.max_images"
        raise refusals.Refused(f"`{param}` and the pictures given must be at most {TOGETHER}.", param=param)


def makes(submit: Submit, inputs: Sequence[Input]) -> Picture:
    """As many as asked; even what is called 4K is drawn in 2K, for this machine's sake."""
    count = submit.body.get(_ROW_OPTIONS, {}).get("max_images", 1)
    return Picture(size=_size(str(submit.body.get("size", "1024x1024")), inputs), count=count)


def _size(asked: str, inputs: Sequence[Input]) -> sizes.Size:
    if asked == "adaptive":
        return arrivals.shape(inputs) or sizes.tiered("1K", "1:1")
    return sizes.pixels(asked) if "x" in asked else sizes.tiered("1K" if asked == "1K" else "2K", "1:1")


FAMILY = Family(
    name="doubao",
    ids=(TEXT3, EDIT3, SEEDREAM4, SEEDREAM45),
    doors=(doors.GENERATIONS,),
    judge=judge,
    makes=makes,
    length_s=(2.5, 4.0),
    failure="timeout",
)
