"""What the families of pxz have in common: the envelope of a request, and parameters inside of it (请求参数)."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.simulator import arrivals, checks, drafts, refusals
from bot.simulator.arrivals import Medium, Wanted

RATIOS = ("1:1", "3:2", "2:3", "4:3", "3:4", "5:4", "4:5", "16:9", "9:16", "21:9")

_ENVELOPE: dict[str, checks.Check] = {
    "model": checks.text,
    "params": checks.mapping,
    "callback_url": checks.url,
    "metadata": checks.mapping,
}
_MEDIA: Mapping[str, Medium] = {"image_url": "image", "end_image_url": "image"}


def judge(draft: drafts.Draft, known: Mapping[str, checks.Check]) -> Mapping[str, object]:
    """Refuse what the page forbids; answer the parameters. `prompt` is every model's."""
    params = draft.body.get("params")
    if not isinstance(params, dict):
        raise refusals.Refused("`params` must be an object.", param="params")
    checks.fields(draft.body, _ENVELOPE)
    checks.need(params, "prompt")
    checks.fields(params, {"prompt": checks.text, **known})
    return params


def inputs(body: Mapping[str, Any]) -> Iterator[Wanted]:
    """The media among the parameters."""
    return arrivals.named(body["params"], _MEDIA)
