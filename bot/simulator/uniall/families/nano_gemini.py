"""Nano Banana in Gemini's form: page 067. The model stands in the path, pictures come and go as base64.

UNI-NANO-GEMINI-REQUIRED: only `contents` is required. `imageSize` is in examples only and changes nothing: the tier is
part of the id.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.simulator import arrivals, checks, drafts, refusals
from bot.simulator.arrivals import Input
from bot.simulator.families import Door, Family, Json
from bot.simulator.made import TYPES, Picture
from bot.simulator.media import sizes
from bot.simulator.reports import Report
from bot.simulator.submits import Submit

CONFIG = "generationConfig.imageConfig"

_TIERS = {"512": "0.5K", "1k": "1K", "2k": "2K", "4k": "4K"}
_IMAGE_CONFIG: dict[str, checks.Check] = {
    "aspectRatio": checks.one_of(*sizes.RATIOS),
    "outputFormat": checks.one_of("jpeg", "png"),
    "imageSize": checks.text,
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what page 067 forbids; answer which operation this is."""
    checks.fields(draft.body, {"contents": checks.array, "generationConfig": checks.mapping})
    checks.need(draft.body, "contents")
    config = draft.body.get("generationConfig", {})
    assert isinstance(config, dict)
    known: dict[str, checks.Check] = {"responseModalities": checks.array, "imageConfig": checks.mapping}
    checks.fields(config, known, under="generationConfig.")
    checks.fields(config.get("imageConfig", {}), _IMAGE_CONFIG, under=f"{CONFIG}.")
    parts = list(_parts(draft.body["contents"]))
    if not any("text" in part for part in parts):
        raise refusals.Refused("`contents` must hold a text.", param="contents")
    return "image2image" if any("inline_data" in part for part in parts) else "text2image"


def _parts(contents: object) -> Iterator[dict[str, object]]:
    """The parts of all contents; odd ones are refused."""
    for content in contents if isinstance(contents, list) else []:
        parts = content.get("parts") if isinstance(content, dict) and content.get("role", "user") == "user" else None
        for part in parts if isinstance(parts, list) else [None]:
            if not isinstance(part, dict) or not _fits(part):
                kinds = "`text`, or of `inline_data` with `mime_type` and base64 `data`"
                raise refusals.Refused(f"`contents` must be a user's, with parts of {kinds}.", param="contents")
            yield part


def _fits(part: dict[str, object]) -> bool:
    match part:
        case {"text": str()}:
            return True
        case {"inline_data": {"mime_type": str(), "data": data}}:
            return checks.data(data) is None
    return False


def makes(submit: Submit, inputs: Sequence[Input]) -> Picture:
    """Of the tier that the id names; without a ratio it keeps the shape of its picture."""
    config = submit.body.get("generationConfig", {}).get("imageConfig", {})
    shown = arrivals.shape(inputs)
    ratio = config.get("aspectRatio") or (sizes.nearest_ratio(shown) if shown else "1:1")
    tier = _TIERS[submit.model.rpartition("-")[2]]
    return Picture(size=sizes.tiered(tier, ratio), format=config.get("outputFormat", "jpeg"))


def _inputs(body: Mapping[str, Any]) -> Iterator[arrivals.Wanted]:
    for content in body["contents"]:
        for part in content["parts"]:
            if "inline_data" in part:
                yield arrivals.want("contents", "image", part["inline_data"]["data"])


def answer(report: Report) -> Json:
    """067: the picture inside the answer; the words are spelt otherwise there than in the request."""
    assert isinstance(report.made, Picture)
    kind = TYPES[report.made.format]
    parts = [{"inlineData": {"mimeType": kind, "data": data}} for data in report.base64]
    candidate = {"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "safetyRatings": []}
    usage = {"promptTokenCount": 0, "candidatesTokenCount": 0, "totalTokenCount": 0}
    return {"candidates": [candidate], "usageMetadata": usage}


FAMILY = Family(
    name="nano-gemini",
    ids=(
        *(f"gemini-3-pro-image-preview-{tier}" for tier in ("1k", "2k", "4k")),
        *(f"gemini-3.1-flash-image-preview-{tier}" for tier in ("512", "1k", "2k", "4k")),
    ),
    doors=(
        Door(
            path="/v1beta/models/{model}:generateContent",
            model_in="path",
            answer=answer,
            direct=True,
            inline=lambda submit: True,
        ),
    ),
    judge=judge,
    makes=makes,
    length_s=(2.4, 3.8),
    failure="image task failed",
    inputs=_inputs,
)
