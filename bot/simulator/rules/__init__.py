"""The documented rules of a submission, judged in the order a person would look: model, route, fields, meaning."""

from collections.abc import Callable

from bot.simulator import drafts, models, refusals
from bot.simulator.rules import images, sounds, videos

_JUDGES: dict[models.Kind, Callable[[drafts.Draft], str]] = {
    "image": images.judge,
    "video": videos.judge_grok,
    "avatar": videos.judge_avatar,
    "music": sounds.judge_music,
    "speech": sounds.judge_speech,
}


def judge(draft: drafts.Draft) -> str:
    """Answer the operation a draft asks for; raises Refused when a page forbids it."""
    model = draft.body.get("model")
    if model is None or model == "":
        raise refusals.Refused("`model` is required.", param="model")
    if not isinstance(model, str):
        raise refusals.Refused("`model` must be a string.", param="model")
    family = models.BY_ID.get(model)
    if family is None:
        raise refusals.Refused(
            f"The model `{model}` does not exist or is not enabled for this key.", param="model", code="model_not_found"
        )
    if draft.path not in family.submits:
        raise refusals.Refused(
            f"`{model}` is not offered on {draft.path}; use {family.submits[0]}.", param="model", code="wrong_endpoint"
        )
    return _JUDGES[family.kind](draft)
