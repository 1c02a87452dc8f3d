"""What the families of llmage have in common: `catelogid`, files by field, sizes by name."""

from collections.abc import Mapping, Sequence

from bot.simulator import arrivals, checks, drafts, refusals
from bot.simulator.arrivals import Input, Medium
from bot.simulator.made import Clip
from bot.simulator.media import sizes
from bot.simulator.submits import Submit

OPERATIONS = {
    "t2t": "chat",
    "t2i": "text2image",
    "t2v": "text2video",
    "i2v": "image2video",
    "ref2v": "reference2video",
}
LONGEST_S = 60  # where no range is documented; what this machine is willing to film

FILES: Mapping[str, Medium] = {
    "image_file": "image",
    "image_file1": "image",
    "image_file2": "image",
    "image1_file": "image",
    "image2_file": "image",
    "image_files": "image",
    "video_files": "video",
    "audio_files": "audio",
}
"""LLM-IMAGE-FIELDS: the names that files are sent under."""

RATIOS = ("16:9", "4:3", "1:1", "3:4", "9:16")
SHARED: Mapping[str, checks.Check] = {"model": checks.text, "catelogid": checks.anything, "prompt": checks.text}


def judge(
    draft: drafts.Draft,
    kinds: Sequence[str],
    known: Mapping[str, checks.Check],
    files: Mapping[str, Mapping[str, int]] | None = None,
) -> str:
    """Judge a draft by the fields it may have; answer which operation it is.

    `files` says by `catelogid` how many files may be sent under a name; a number below zero means as many, but none is
    needed. What isn't named there isn't taken.
    """
    checks.need(draft.body, "catelogid")
    if complaint := checks.one_of(*kinds)(draft.body["catelogid"]):
        raise refusals.Refused(f"`catelogid` {complaint} for {draft.model}.", param="catelogid")
    kind = str(draft.body["catelogid"])
    sent = (files or {}).get(kind, {})
    if draft.content_type == drafts.FORM and not sent:
        raise refusals.Refused(f"Content-Type must be {drafts.JSON} for {kind}.", param="Content-Type")
    taken = {name: checks.files(most=abs(most)) for name, most in sent.items()}
    checks.fields(draft.body, {**SHARED, **known, **taken})
    checks.need(draft.body, "prompt", *(name for name, most in sent.items() if most > 0))
    return OPERATIONS[kind]


def inputs(body: Mapping[str, object]) -> list[arrivals.Wanted]:
    """The media of a form."""
    return list(arrivals.named(body, FILES))


def clip(submit: Submit, shown: Sequence[Input], *, seconds: int, resolution: str, ratio: str = "adaptive") -> Clip:
    """A clip with its cover, by `resolution`, `ratio` and `duration`; the defaults are those of the page's table."""
    tier = str(submit.body.get("resolution", resolution)).lower()
    shape = arrivals.shape(shown) or (16, 9)
    asked = str(submit.body.get("ratio", ratio))
    wide = shape[0] / shape[1] if asked == "adaptive" else sizes.ratio(asked)
    return Clip(size=sizes.video(tier, wide), seconds=float(submit.body.get("duration", seconds)), cover=True)
