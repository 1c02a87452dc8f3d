"""What can be tapped below a message about a job, each with its price."""

from bot import catalogue, jobs, requests, studio
from bot.commands import following
from bot.jobs import FailureKind, JobState
from bot.replies import Button, Text, text

ONLY_ELSEWHERE = frozenset({FailureKind.PARAMETER, FailureKind.MODEL})
"""Failures that the same request will have again."""

ELSEWHERE = ONLY_ELSEWHERE | {
    FailureKind.FAILED,
    FailureKind.CROWDED,
    FailureKind.DEADLINE,
    FailureKind.NO_RESULT,
}
"""Failures that another model may not have."""


def button(action: str, subject: str, label: Text) -> Button:
    """Something to tap."""
    return Button(action=action, subject=subject, label=label)


def again(job: jobs.Job, *, percent: int) -> Button:
    """Repeat it, with its price where so many percent are charged."""
    return button("again", job.id, text("button.again", price=_once_more(job, percent)))


def retries(job: jobs.Job, failure: jobs.Failure) -> tuple[Button, ...]:
    """Try it again, with other words where these were refused, and with another model where that may help."""
    price = job.price
    if failure.kind is FailureKind.CONTENT and job.request.prompt:
        return (button("reword", job.id, text("button.reword", price=price)),)
    found = following.other(job.request, price=price, percent=job.percent) if failure.kind in ELSEWHERE else None
    retry = button("again", job.id, text("button.retry", price=price))
    elsewhere = (
        (button("other", job.id, text("button.other", model=found.model.title, price=found.price)),) if found else ()
    )
    return elsewhere if failure.kind in ONLY_ELSEWHERE else (retry, *elsewhere)


def cancel(job: jobs.Job) -> Button:
    """Cancel it: free while it waits; afterwards the label says what it still costs."""
    if job.state is JobState.QUEUED:
        return button("cancel", job.id, text("button.cancel_free"))
    return button("cancel", job.id, text("button.cancel_paid", price=job.price))


def of_card(view: studio.View, *, with_files: bool) -> tuple[Button, ...]:
    """What its card offers: to stop it, or to go on from it."""
    job = view.job
    if not job.state.ended:
        return () if not view.own or job.state is JobState.DELIVERING or job.hidden_at else (cancel(job),)
    receipt = (button("receipt", job.id, text("button.receipt")),) if view.own else ()
    if with_files:
        return (
            once_more(job, percent=view.percent),
            *following.buttons(job, view.outputs, percent=view.percent),
            *receipt,
        )
    show = (button("show", job.id, text("button.show")),) if view.outputs else ()
    return (once_more(job, percent=view.percent), *receipt, *show)


def once_more(job: jobs.Job, *, percent: int) -> Button:
    """Repeat it; with a voice that was made, speak: a second one of that name is nobody's wish."""
    if job.request.kind is not requests.Kind.VOICE or job.state not in {JobState.DONE, JobState.DELIVERING}:
        return again(job, percent=percent)
    return button("speak", job.id, text("button.speak"))


def _once_more(job: jobs.Job, percent: int) -> int:
    """What it cost at most, or would cost where something else is charged of the models' prices."""
    if percent == job.percent:
        return job.price
    model = catalogue.MODELS.get(job.request.model)
    return (following.cost(job.request, model, percent=percent) if model else None) or job.price
