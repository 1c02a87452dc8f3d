"""/jobs: find, show, repeat and cancel what was asked for; the same deeds stand behind the buttons."""

from collections.abc import Mapping

from bot import errors, jobs
from bot.commands import cards, cheaper, following, grammar, menus, naming, written
from bot.commands.declaration import Action, Asking, Command
from bot.commands.texts import Code
from bot.replies import Button, Quoted, Reply, Text, text

LISTED = 10  # jobs in a list
_YES = grammar.Vocabulary(names={"yes": "yes"}, switches=frozenset({"yes"}))


async def list_jobs(asking: Asking) -> Reply:
    """List the latest jobs, show one, or do something to one."""
    words = grammar.read(asking.text, _YES).words.split()
    if not words:
        return await _list(asking)
    deeds = {word: action for action in COMMAND.actions for word in (action.name, *action.words)}
    if len(words) == 1 and words[0].lower() not in deeds:
        return cards.card(await asking.studio.view(naming.job_of(words[0]), asked=asking.asked), with_files=False)
    return await _do(asking, words, deeds)


async def again(asking: Asking, subject: str) -> Reply:
    """The same request once more."""
    confirmed = bool(grammar.read(asking.text, _YES).flags)
    job = (await asking.studio.view(naming.job_of(subject), asked=asking.asked)).job
    outcome = asking.studio.again(job.id, asked=asking.asked, confirmed=confirmed)
    return await cheaper.submitted(asking, job.request, outcome)


async def other(asking: Asking, subject: str) -> Reply:
    """The same request once more, with the other model that its failure offered."""
    view = await asking.studio.view(naming.job_of(subject), asked=asking.asked)
    request = view.job.request
    found = following.other(request, price=view.job.price, percent=view.job.percent)  # as its button said
    if found is None:
        raise errors.NotNow("error.no_other_model", job=view.job.id)
    changed = asking.studio.request(
        request.kind, found.model, request.options, media=request.media, operation=request.operation
    )
    confirmed = bool(grammar.read(asking.text, _YES).flags)
    outcome = asking.studio.submit(changed, asked=asking.asked, confirmed=confirmed, shown=found.price)
    return await cheaper.submitted(asking, changed, outcome)


async def cancel(asking: Asking, subject: str) -> Reply:
    """Cancel a job."""
    return cards.cancelled(await asking.studio.cancel(naming.job_of(subject), asked=asking.asked))


async def receipt(asking: Asking, subject: str) -> Reply:
    """Show what a job cost."""
    return cards.receipt_card(await asking.studio.view(naming.job_of(subject), asked=asking.asked, own=True))


async def show(asking: Asking, subject: str) -> Reply:
    """Show a job with its files."""
    view = await asking.studio.view(naming.job_of(subject), asked=asking.asked)
    prose = await written.prose(view.job, view.outputs, read=asking.studio.words)
    return cards.card(view, with_files=True, prose=prose)


async def start(asking: Asking, subject: str) -> Reply:
    """Yes to a question."""
    return cards.answered(await asking.studio.start(subject, asked=asking.asked))


async def dismiss(asking: Asking, subject: str) -> Reply:
    """No to a question."""
    await asking.studio.dismiss(subject, asked=asking.asked)
    return Reply(lines=(text("question.dismissed"),), private=True, facts={"draft": subject})


async def _do(asking: Asking, words: list[str], deeds: Mapping[str, Action]) -> Reply:
    """`again K7Q2`, and `K7Q2 again` just as well."""
    action, subject = (deeds.get(words[0].lower()), words[1:2]) if words else (None, [])
    if action is None:
        action, subject = deeds.get(words[1].lower()), words[:1]
    if action is None:
        allowed = ", ".join(a.name for a in COMMAND.actions if not a.of_question)
        raise errors.Invalid(errors.Problem(field="action", rule="choice", value=words[0], allowed=allowed))
    if not subject:
        raise errors.MemberError(
            "error.which_job", example=Code(menus.written(asking, "jobs", action=action.name, job="K7Q2"))
        )
    return await action.deed(asking, subject[0])


async def _list(asking: Asking) -> Reply:
    found = await asking.studio.jobs(asking.asked, limit=LISTED)
    if not found:
        return Reply(lines=(text("jobs.none", example=Code(text("example.image"))),), private=True, facts={"jobs": []})
    show, again = (Code(menus.written(asking, "jobs", action=name, job=found[0].id)) for name in ("show", "again"))
    hint = text("jobs.hint", show=show, again=again)
    return Reply(
        lines=(*(_line(job) for job in found), hint),
        buttons=_list_buttons(found),
        private=True,
        facts={"jobs": [cards.about(job) | {"prompt": job.request.prompt} for job in found]},
    )


def _list_buttons(found: tuple[jobs.Job, ...]) -> tuple[Button, ...]:
    """What waits can be cancelled from the list."""
    return tuple(
        Button(action="cancel", subject=job.id, label=text("button.cancel_job", job=job.id))
        for job in found
        if job.state is jobs.JobState.QUEUED
    )


def _line(job: jobs.Job) -> Text:
    shared = {"job": Code(job.id), "kind": cards.kind_text(job.request.kind), "state": cards.state_text(job)}
    if not job.request.prompt:
        return Text(key="jobs.line_bare", params=shared)
    return Text(key="jobs.line", params={**shared, "prompt": Quoted(words=job.request.prompt, limit=60)})


COMMAND = Command(
    name="jobs",
    words=("任务", "作品"),
    rank=9,
    fields=("job", "action"),
    summary="summary.jobs",
    examples=("example.jobs", "example.jobs_show", "example.jobs_again"),
    actions=(
        Action(name="again", words=("再来", "重做"), deed=again),
        Action(name="other", words=("换一个",), deed=other),
        Action(name="cancel", words=("取消",), deed=cancel),
        Action(name="receipt", words=("收据", "账单"), deed=receipt),
        Action(name="show", words=("查看", "显示"), deed=show),
        Action(name="start", words=("开始",), of_question=True, deed=start),
        Action(name="dismiss", words=("不用",), of_question=True, deed=dismiss),
    ),
    handler=list_jobs,
)
