"""What is said about a job: each moment of its life as one Reply, the same from a command, a button or the engine."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath

from bot import catalogue, errors, jobs, money, ports, requests, studio
from bot.commands import buttons, following, payers
from bot.commands.texts import Bold, Code, Seconds
from bot.engine import wiring
from bot.jobs import FailureKind, JobState
from bot.replies import Attachment, Button, Credits, Prose, Quoted, Reply, Text, When, text

_CODE = re.compile(r"^[a-z0-9]+(_[a-z0-9]+)+:\s+(?=\S)")  # task_failed: …

BAR = 5  # segments of a progress bar


def queued(accepted: studio.Accepted) -> Reply:
    """It was taken: its place, when it is likely to be ready, what was set aside."""
    job, left = accepted.job, accepted.means.total
    place, aside = _place_text(accepted.queued), payers.aside(accepted.parts)
    line = text("queued.line", place=place, aside=aside, left=left)
    told = {"place": accepted.queued.place, "own_before": accepted.queued.own, "left_credits": left}
    facts = about(job) | payers.facts(accepted.parts) | told
    return Reply(
        lines=(line,),
        buttons=(buttons.cancel(job),),
        kind="queued",
        job=job.id,
        asked=asked_text(job),
        shown=job.message,
        facts=facts,
    )


def answered(outcome: studio.Accepted | studio.Question) -> Reply:
    """A job's first message, or the question before it."""
    return queued(outcome) if isinstance(outcome, studio.Accepted) else question(outcome)


def question(asked: studio.Question, *, cheaper: Sequence[Button] = ()) -> Reply:
    """It costs so much, or is paid by other credits than usual, that it is asked first; `cheaper` would nearly do."""
    draft, have = asked.draft, asked.means.total
    line = text(
        "question.line",
        n=_count(draft.request),
        kind=kind_text(draft.request.kind),
        kinds=text(f"kinds.{draft.request.kind}"),
        model=model_name(draft.request.model),
        price=payers.costs(asked.parts),
        have=have,
        rest=have - draft.price,
    )
    own = asked.instead is not None and not asked.parts.pool
    start = text("button.own", price=draft.price) if own else text("button.start", price=draft.price)
    why = (payers.instead(asked.instead),) if asked.instead else ()
    rights = (text("voices.rights"),) if draft.request.operation == studio.CLONE else ()
    return Reply(
        lines=(*why, line, *rights),
        buttons=(
            buttons.button("start", draft.id, start),
            *cheaper,
            buttons.button("dismiss", draft.id, text("button.dismiss")),
        ),
        private=True,
        kind="question",
        facts=offered(draft) | payers.facts(asked.parts) | {"have_credits": have},
    )


def offered(draft: jobs.Draft) -> dict[str, object]:
    """The figures of something that may be started."""
    return {
        "draft": draft.id,
        "kind": draft.request.kind.value,
        "model": draft.request.model,
        "operation": draft.request.operation,
        "price_credits": draft.price,
    }


def cancelled(outcome: studio.Cancelled) -> Reply:
    """What cancelling meant for the money."""
    job, price = outcome.job, Credits(amount=outcome.job.price)
    if outcome.free:
        line = text("cancelled.free", job=Code(job.id), price=price)
    else:
        line = text("cancelled.hidden", job=Code(job.id), price=price, show=Code(f"/jobs show {job.id}"))
    facts = about(job) | {"free": outcome.free}
    return Reply(lines=(line,), kind="cancelled", job=job.id, asked=asked_text(job), facts=facts)


def running(job: jobs.Job, *, ready_at: datetime | None, now: datetime) -> Reply:
    """It is being made; a bar only when the provider gives a percentage. A moment that is past is promised no more."""
    doing = text(f"doing.{job.request.kind}")
    if job.progress is not None:
        filled = min(BAR, max(0, job.progress) * BAR // 100)
        line = text("running.bar", doing=doing, bar="▰" * filled + "▱" * (BAR - filled), progress=job.progress)
    else:
        line = text("running.plain", doing=doing)
    if ready_at is not None:
        late = ready_at <= now
        line = text("running.late", line=line) if late else text("running.ready", line=line, ready=When(at=ready_at))
    facts = about(job) | {"progress": job.progress, "ready_at": _iso(ready_at)}
    return Reply(
        lines=(line,),
        buttons=(buttons.cancel(job),),
        kind="running",
        job=job.id,
        asked=asked_text(job),
        facts=facts,
    )


def busy(job: jobs.Job, *, retry_at: datetime, crowded: bool) -> Reply:
    """The provider is crowded or out of reach; the place is kept."""
    key = "busy.crowded" if crowded else "busy.away"
    line = text(key, model=model_name(job.request.model), retry=When(at=retry_at), price=Credits(amount=job.price))
    facts = about(job) | {"retry_at": _iso(retry_at)}
    free = buttons.button("cancel", job.id, text("button.cancel_free"))
    cancel = free if _is_one_call(job.request) else buttons.cancel(job)
    return Reply(lines=(line,), buttons=(cancel,), kind="busy", job=job.id, asked=asked_text(job), facts=facts)


def result(
    job: jobs.Job,
    outputs: Sequence[jobs.Output],
    receipt: money.Receipt,
    *,
    took_s: float,
    prose: Prose | None = None,
) -> Reply:
    """Here it is, with its receipt. `prose` are its words, of a text."""
    return Reply(
        lines=(
            _greeting(job, len(outputs)),
            *_partly(job, outputs),
            *_christened(job),
            _broken_off(outputs, receipt_text(job, receipt, took_s=took_s)),
        ),
        media=() if prose else attachments(job, outputs),
        prose=prose,
        buttons=_onward(job, outputs),
        kind="done",
        job=job.id,
        asked=asked_text(job),
        facts=about(job) | bill(receipt) | {"took_s": round(took_s, 1), "outputs": len(outputs)},
    )


def failed(job: jobs.Job, receipt: money.Receipt) -> Reply:
    """Why it failed, and that nothing was charged."""
    failure = job.failure or jobs.Failure(kind=jobs.FailureKind.OURS)
    lines = [
        text(
            f"failed.{_why(job, failure)}",
            returned=Credits(amount=receipt.returned),
            left=receipt.left,
            job=Code(job.id),
        )
    ]
    if failure.words:
        lines.append(text("failed_words", words=_said(failure.words)))
    facts = about(job) | bill(receipt) | {"failure": failure.kind.value}
    return Reply(
        lines=tuple(lines),
        buttons=buttons.retries(job, failure),
        kind="failed",
        job=job.id,
        asked=asked_text(job),
        facts=facts,
    )


def late(job: jobs.Job, outputs: Sequence[jobs.Output], *, prose: Prose | None = None) -> Reply:
    """It came after all, free."""
    return Reply(
        lines=(_broken_off(outputs, text("late.line", job=Code(job.id))),),
        media=() if prose else attachments(job, outputs),
        prose=prose,
        buttons=_onward(job, outputs),
        kind="late",
        job=job.id,
        asked=asked_text(job),
        facts=about(job) | {"used_credits": 0, "outputs": len(outputs)},
    )


def ping(job: jobs.Job, message: str) -> Reply:
    """A message that changed without a sound says something new now."""
    key = "ping.failed" if job.state is JobState.FAILED else "ping.done"
    line = text(key, person=job.person, kind=kind_text(job.request.kind), job=Code(job.id))
    return Reply(lines=(line,), kind="ping", job=job.id, under=message, mention=True, facts=about(job))


def card(view: studio.View, *, with_files: bool, prose: Prose | None = None) -> Reply:
    """Everything about one job: what was asked, where it stands, what it cost. `prose` are a text's words."""
    job = view.job
    lines = [
        text(
            "card.title",
            job=Code(job.id),
            kind=kind_text(job.request.kind),
            model=job.request.model,
            state=state_text(job),
        )
    ]
    if job.request.prompt:
        lines.append(text("card.prompt", prompt=Quoted(words=job.request.prompt)))
    if view.queued is not None and job.state is JobState.QUEUED:
        lines.append(text("card.queued", place=_place_text(view.queued)))
    if job.failure is not None:
        lines.append(_why_text(job.failure))
    if view.own:
        lines.append(_account_line(view))
    if with_files and not view.outputs:
        lines.append(text("card.no_files", job=Code(job.id)))
    return Reply(
        lines=tuple(lines),
        media=attachments(job, view.outputs) if with_files and not prose else (),
        prose=prose,
        buttons=buttons.of_card(view, with_files=with_files),
        job=job.id,
        facts=about(job) | (bill(view.receipt) if view.receipt else {}) | {"outputs": len(view.outputs)},
    )


def receipt_card(view: studio.View) -> Reply:
    """What one job cost, line by line."""
    job = view.job
    facts = about(job) | (bill(view.receipt) if view.receipt else {})
    return Reply(lines=(_account_line(view),), private=True, job=job.id, facts=facts)


def attachments(job: jobs.Job, outputs: Sequence[jobs.Output]) -> tuple[Attachment, ...]:
    """The files under names a person can find again: K7Q2.png, K7Q2-2.png."""
    return tuple(
        Attachment(
            path=output.path,
            name=f"{job.id}{'' if n == 1 else f'-{n}'}{PurePosixPath(output.path).suffix}",
            facts=output.facts,
        )
        for n, output in enumerate(outputs, start=1)
    )


def _broken_off(outputs: Sequence[jobs.Output], line: Text) -> Text:
    """The last line below words, which says so where there should have been more."""
    return text("answer.broken_off", line=line) if any(output.partial for output in outputs) else line


def _onward(job: jobs.Job, outputs: Sequence[jobs.Output]) -> tuple[Button, ...]:
    """To repeat it, and what can be made of it, at the prices of where it was made."""
    again = buttons.once_more(job, percent=job.percent)
    return (again, *following.buttons(job, outputs, percent=job.percent))


def receipt_text(job: jobs.Job, receipt: money.Receipt, *, took_s: float) -> Text:
    """5 used from your Pixel Club allowance, 15 left · 38 s · K7Q2."""
    key = "receipt.returned" if receipt.returned else "receipt.line"
    params: Mapping[str, object] = {"returned": receipt.returned} if receipt.returned else {}
    shared = {"used": payers.used(receipt.parts), "left": receipt.left, "took": Seconds(took_s), "job": Code(job.id)}
    return Text(key=key, params={**shared, **params})


def asked_text(job: jobs.Job) -> Text:
    """What was asked for, in a line: the words, and the model that makes it."""
    model = model_name(job.request.model)
    if not job.request.prompt.strip():
        return text("asked.wordless", kind=kind_text(job.request.kind), model=model)
    return text("asked.line", prompt=Quoted(words=" ".join(job.request.prompt.split())), model=model)


def kind_text(kind: str) -> Text:
    """A kind's name: picture, clip, song."""
    return text(f"kind.{kind}")


def model_name(id: str) -> str:
    """A model's name for people; of one that is no longer in the catalogue its id."""
    try:
        return catalogue.find(id).title
    except errors.Invalid:
        return id


def state_text(job: jobs.Job) -> Text:
    """Where a job stands, in a word."""
    return text(f"state.{'hidden' if job.hidden_at and not job.state.ended else job.state}")


def about(job: jobs.Job) -> dict[str, object]:
    """The figures of every reply about a job."""
    return {
        "job": job.id,
        "kind": job.request.kind.value,
        "model": job.request.model,
        "operation": job.request.operation,
        "state": job.state.value,
        "price_credits": job.price,
    }


def bill(receipt: money.Receipt) -> dict[str, object]:
    """The figures of a receipt."""
    return {
        "held_credits": receipt.held,
        "used_credits": receipt.used,
        "returned_credits": receipt.returned,
        "left_credits": receipt.left,
        **payers.facts(receipt.parts),
    }


def _place_text(queued: ports.Queued) -> Text:
    if queued.own:
        place = text("queued.own", own=queued.own)
    elif queued.place <= 1:
        place = text("queued.next")
    else:
        place = text("queued.nth", place=queued.place)
    return text("queued.ready", place=place, ready=When(at=queued.ready_at)) if queued.ready_at else place


def _greeting(job: jobs.Job, count: int) -> Text:
    if job.place.community is not None:
        return text(f"done_for.{job.request.kind}", person=job.person, n=count)
    return text(f"done.{job.request.kind}", n=count)


def _partly(job: jobs.Job, outputs: Sequence[jobs.Output]) -> tuple[Text, ...]:
    asked = _count(job.request)
    if len(outputs) >= asked:
        return ()
    return (text("part.line", got=len(outputs), asked=asked),)


def _count(request: requests.Request) -> int:
    """How many are asked for."""
    count = request.options.get("count")
    return count if isinstance(count, int) else 1


def _is_one_call(request: requests.Request) -> bool:
    """Whether it is sent at once: while that is still to come, cancelling is free."""
    try:
        return len(wiring.steps_of(request)) == 1
    except errors.Invalid:
        return False


def _said(words: str) -> Quoted:
    """A provider's own words, without the code for machines that it put before them."""
    return Quoted(words=_CODE.sub("", words))


def _account_line(view: studio.View) -> Text:
    job, receipt = view.job, view.receipt
    if receipt is None:
        return text("account.held", job=Code(job.id), aside=payers.aside(view.parts or money.Parts(own=job.price)))
    return text(
        "account.settled",
        job=Code(job.id),
        held=receipt.held,
        used=payers.used(receipt.parts),
        returned=receipt.returned,
        left=receipt.left,
    )


def _why(job: jobs.Job, failure: jobs.Failure) -> str:
    """What is said of a failure; of words only where there were some."""
    wordless = failure.kind is FailureKind.CONTENT and not job.request.prompt
    return "content_wordless" if wordless else failure.kind


def _why_text(failure: jobs.Failure) -> Text:
    why = text(f"why_failed.{failure.kind}")
    return text("card.why_words", why=why, words=_said(failure.words)) if failure.words else text("card.why", why=why)


def _christened(job: jobs.Job) -> tuple[Text, ...]:
    """Under which name a new voice is found."""
    name = job.request.options.get("name") if job.request.kind is requests.Kind.VOICE else None
    return (text("voices.christened", name=Bold(str(name))),) if name else ()


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
