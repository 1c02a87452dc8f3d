"""What Ideogram does with a picture: 其他功能, of which the page gives names alone.

Routes, fields and bounds are those that Ideogram publishes; each is a form with the picture as a file, which is called
`image`, and `image_file` by the two oldest.
"""

import json
import re
from collections.abc import Mapping, Sequence

from bot.simulator import arrivals, checks, drafts, refusals
from bot.simulator.arrivals import Input
from bot.simulator.made import Made, Picture, Words
from bot.simulator.media import sizes
from bot.simulator.submits import Submit

EDIT = "/v1/ideogram-v3/edit"
REMIX = "/v1/ideogram-v3/remix"
REFRAME = "/v1/ideogram-v3/reframe"
BACKGROUND = "/v1/ideogram-v3/replace-background"
UPSCALE = "/upscale"
DESCRIBE = "/describe"

OPERATIONS = {
    EDIT: "edit",
    REMIX: "remix",
    REFRAME: "reframe",
    BACKGROUND: "replace_background",
    UPSCALE: "upscale",
    DESCRIBE: "describe",
}
SHAPES = (
    *("1x1", "16x9", "9x16", "4x3", "3x4", "3x2", "2x3", "5x4", "4x5"),
    *("16x10", "10x16", "2x1", "1x2", "3x1", "1x3"),
)
LARGEST = 2048  # of an upscaled picture's longer side, for this machine's sake

_FILE = checks.files(most=1)
_SEED = checks.whole(0, 2_147_483_647)
_MANY = {"num_images": checks.whole(1, 8), "seed": _SEED}
_WORDS: Mapping[str, checks.Check] = {"prompt": checks.text, "magic_prompt": checks.one_of("AUTO", "ON", "OFF")}
_KNOWN: Mapping[str, Mapping[str, checks.Check]] = {
    EDIT: {"image": _FILE, "mask": _FILE, **_WORDS, **_MANY},
    REMIX: {
        "image": _FILE,
        **_WORDS,
        **_MANY,
        "image_weight": checks.whole(1, 100),
        "aspect_ratio": checks.one_of(*SHAPES),
        "negative_prompt": checks.text,
    },
    REFRAME: {"image": _FILE, "resolution": checks.pixels, **_MANY},
    BACKGROUND: {"image": _FILE, **_WORDS, **_MANY},
    UPSCALE: {"image_file": _FILE, "image_request": checks.text},
    DESCRIBE: {"image_file": _FILE},
}
_NEEDED: Mapping[str, Sequence[str]] = {
    EDIT: ("image", "mask", "prompt"),
    REMIX: ("image", "prompt"),
    REFRAME: ("image", "resolution"),
    BACKGROUND: ("image", "prompt"),
    UPSCALE: ("image_file", "image_request"),
    DESCRIBE: ("image_file",),
}
_BOX: Mapping[str, checks.Check] = {
    "prompt": checks.text,
    "resemblance": checks.whole(1, 100),
    "detail": checks.whole(1, 100),
    **_MANY,
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the service forbids; answer which operation this is."""
    checks.fields(draft.body, _KNOWN[draft.path])
    checks.need(draft.body, *_NEEDED[draft.path])
    if draft.path == UPSCALE:
        checks.fields(_box(draft.body), _BOX, under="image_request.")
    return OPERATIONS[draft.path]


def _box(body: Mapping[str, object]) -> dict[str, object]:
    """The object that stands as text in an upscale's form."""
    try:
        box = json.loads(str(body["image_request"]))
    except ValueError:
        box = None
    if not isinstance(box, dict):
        raise refusals.Refused("`image_request` must be an object as JSON.", param="image_request")
    return box


def makes(submit: Submit, inputs: Sequence[Input]) -> Made:
    """Words about the picture, or as many pictures as asked."""
    shape = arrivals.shape(inputs) or sizes.tiered("1K", "1:1")
    if submit.path == DESCRIBE:
        return Words(text=f"A picture, {shape[0]} pixels wide and {shape[1]} high.")
    if submit.path == UPSCALE:
        box = _box(submit.body)
        factor = min(2, LARGEST / max(shape))
        large = round(shape[0] * factor), round(shape[1] * factor)
        return Picture(size=large, count=int(str(box.get("num_images", 1))))
    return Picture(size=_size(submit, shape), count=submit.body.get("num_images", 1))


def _size(submit: Submit, shape: sizes.Size) -> sizes.Size:
    if submit.path == REFRAME:
        return sizes.pixels(submit.body["resolution"])
    asked = re.sub("x", ":", submit.body.get("aspect_ratio", ""))
    return sizes.tiered("1K", asked) if asked else shape
