"""Nano Banana: pages 062, 066 and 068.

UNI-NANO-N: a count is taken, as 062 4.3 prints it. UNI-NANO-ASPECT: all ten ratios. UNI-NANO-8K: 8K on every door but
the chat. UNI-NANO-WEBP: for NanoBanana only, but in the chat for all. UNI-NANO-CHAT-PARAMS: both spellings.
"""

from collections.abc import Mapping, Sequence

from bot.simulator import arrivals, chats, checks, drafts, refusals
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.made import Picture
from bot.simulator.media import sizes
from bot.simulator.submits import Submit
from bot.simulator.uniall import doors, pictures

RATIOS = sizes.RATIOS  # 062 chapter 9, 068
MOST_PICTURES = 10  # "the upstream's limit", which 062 doesn't say


def judge(draft: drafts.Draft) -> str:
    """Refuse what the pages forbid; answer which operation this is."""
    if draft.path == doors.CHAT:
        return _chat(draft)
    formats = ("png", "jpeg", "webp") if draft.model == "NanoBanana" else ("png", "jpeg")
    own: dict[str, checks.Check] = {
        "aspect_ratio": checks.one_of(*RATIOS),
        "output_format": checks.one_of(*formats),
        "n": checks.whole(1, MOST_PICTURES),
        "size": checks.anything,
        "quality": checks.anything,
    }
    return pictures.judge(draft, own)


def _chat(draft: drafts.Draft) -> str:
    if draft.model == "NanoBananaPro-8K":  # not among the choices of 068
        raise refusals.Refused(f"`{draft.model}` is not offered on {doors.CHAT}.", param="model")
    known: dict[str, checks.Check] = {
        "model": checks.text,
        "messages": checks.array,
        "stream": checks.flag,
        "extra_body": checks.mapping,
        "--aspect_ratio": checks.one_of(*RATIOS),
        "--output_format": checks.one_of("jpeg", "png", "webp"),
    }
    checks.fields(draft.body, known)
    checks.need(draft.body, "messages")
    _chat_ratio(draft.body.get("extra_body", {}))
    return "image2image" if chats.judge(draft.body["messages"]) else "text2image"


def _chat_ratio(extra: object) -> None:
    name, sought = "extra_body", extra
    for step in ("google", "image_config"):
        if not isinstance(sought, dict):
            raise refusals.Refused(f"`{name}` must be an object.", param=name)
        name, sought = f"{name}.{step}", sought.get(step, {})
    if not isinstance(sought, dict):
        raise refusals.Refused(f"`{name}` must be an object.", param=name)
    checks.fields(sought, {"aspect_ratio": checks.one_of(*RATIOS)}, under=f"{name}.")


def makes(submit: Submit, inputs: Sequence[Input]) -> Picture:
    """About as many pixels as the tier says; an edit without a ratio keeps the shape of its picture."""
    body = submit.body
    ratio = body.get("aspect_ratio") or body.get("--aspect_ratio") or _config(body).get("aspect_ratio")
    if ratio is None:
        shown = arrivals.shape(inputs)
        ratio = sizes.nearest_ratio(shown) if shown else "1:1"
    return Picture(
        size=sizes.nano(submit.model, ratio),
        format=body.get("output_format", body.get("--output_format", "png")),
        count=int(body.get("n", 1)),
    )


def _config(body: Mapping[str, object]) -> Mapping[str, str]:
    extra = body.get("extra_body", {})
    config = extra.get("google", {}).get("image_config", {}) if isinstance(extra, dict) else {}
    return config if isinstance(config, dict) else {}


FAMILY = Family(
    name="nano",
    ids=(
        "NanoBanana",
        "NanoBanana2-0.5K",
        "NanoBanana2-1K",
        "NanoBanana2-2K",
        "NanoBanana2-4K",
        "NanoBananaPro-1K",
        "NanoBananaPro-2K",
        "NanoBananaPro-4K",
        "NanoBananaPro-8K",
    ),
    doors=(
        doors.image_tasks(),
        doors.images(doors.IMAGE_GENERATIONS),
        doors.images(doors.IMAGE_EDITS),
        doors.chat(),
    ),
    judge=judge,
    makes=makes,
    length_s=(2.4, 3.8),
    failure="image task failed",
    numbers=frozenset({"n"}),
)
