"""Buttons that a provider offers below its own result (Midjourney's U1 to V4): each is a job of its own, and priced."""

from collections.abc import Mapping, Sequence

from bot import catalogue, errors, jobs, requests
from bot.catalogue import _spec as spec
from bot.credits import settlement
from bot.replies import Button, Quoted, text

OPERATION = "action"  # what its model calls it to press one
LABEL = 24  # characters of a provider's own label


def buttons(job: jobs.Job, outputs: Sequence[jobs.Output], *, percent: int) -> tuple[Button, ...]:
    """One for each that can be pressed here, named by its number: `press K7Q2/3`."""
    model = catalogue.MODELS.get(job.request.model)
    if model is None or not catalogue.is_open(model) or model.operation(OPERATION) is None:
        return ()
    return tuple(
        Button(
            action="press",
            subject=f"{job.id}/{number}",
            label=text("button.press", label=Quoted(words=action.label, limit=LABEL), price=price),
        )
        for number, action in enumerate(actions(outputs), start=1)
        if (price := price_of(model, said(job.request, action), percent=percent)) is not None
    )


def actions(outputs: Sequence[jobs.Output]) -> tuple[jobs.Action, ...]:
    """All that the provider offered with a result."""
    return tuple(action for output in outputs for action in output.actions)


def said(request: requests.Request, action: jobs.Action) -> Mapping[str, requests.Json]:
    """The options of pressing one; the words stay with what comes of it, though nobody reads them again."""
    words = {"prompt": request.prompt} if request.prompt else {}
    return {**words, "task": action.task_id, "button": action.id}


def price_of(model: spec.Model, options: Mapping[str, requests.Json], *, percent: int) -> int | None:
    """What it costs; None where it can't be pressed."""
    try:
        prepared = catalogue.prepare(model, options, media={}, operation=OPERATION)
    except errors.Invalid:
        return None
    return settlement.price(prepared, rate=model.rate, percent=percent)
