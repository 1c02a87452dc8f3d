"""What all providers do with an answer: read its words, and tell a result from a task and from nothing."""

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TypeAlias
from urllib.parse import quote

from bot import errors, ports, requests
from bot.errors import Reason
from bot.providers import _finished, _http, _probing, _results, _talk, _unknown
from bot.requests import Json

Refusal: TypeAlias = Callable[[_http.Answer], errors.ProviderError]
TaskId: TypeAlias = Callable[[Json], str | None]


def said(answer: _http.Answer) -> str:
    """An error's own words: from its JSON, else its text unless that is a page of HTML."""
    body = answer.json()
    if body is not None:
        return _results.error_words(body)
    text = answer.body[:2000].decode("utf-8", "replace").strip()
    return "" if text.startswith("<") else text


async def submit(
    http: _http.Client,
    wire: requests.Wire,
    *,
    refusal: Refusal,
    task_id: TaskId,
    hearing: ports.Hearing | None = None,
) -> ports.Submitted:
    """Send a wire once and read what came: a task, or the result itself where the wire has no place to ask after one.

    Raises what `refusal` makes of an answer other than 2xx, and as the client's `submit` does.
    """
    answer, talk = await _sent(http, wire, hearing)
    if answer is None:
        return _ended(talk, words=http.words)
    if not 200 <= answer.status < 300:
        raise refusal(answer)
    body = answer.json()
    if not wire.poll_path and (status := _finished.finished(body, makes=wire.makes)) is not None:
        return _ended(status, words=http.words)
    if (id := task_id(body)) is not None:
        return ports.Submitted(task_id=id)
    words = http.words(_results.error_words(body))
    # Taken, and nothing to follow it by: five pages of uniall print `{}` as the answer (074, 080, 092, 101, 102).
    raise errors.Unknown(f"{answer.status} without a task id" + (f": {words}" if words else ""))


async def _sent(
    http: _http.Client, wire: requests.Wire, hearing: ports.Hearing | None
) -> tuple[_http.Answer | None, ports.Status | None]:
    """The whole answer; None and what was heard where it came in events."""
    if wire.poll_path or wire.body.get("stream") is not True:
        return await http.submit(wire), None
    talk = _talk.Talk(makes=wire.makes, hearing=hearing)
    streamed = await http.stream(wire, event=talk.hear)
    if streamed.answer is not None:
        return streamed.answer, None
    status = talk.status(ended=streamed.ended)
    if status is None:
        raise errors.Unknown(streamed.words or "a stream that said nothing of use")
    return None, status


def _ended(status: ports.Status | None, *, words: Callable[[object], str]) -> ports.Submitted:
    """A result; one that is none is a refusal, whose words are made fit to quote."""
    if status is not None and status.failure is not None:
        raise errors.Rejected(status.failure.reason, words(status.failure.words))
    return ports.Submitted(status=status)


def read(answer: _http.Answer, *, words: Callable[[object], str]) -> Json:
    """The JSON of an answer to a question. Raises Rejected (the key), Unreachable."""
    quoted = words(said(answer))
    if answer.status in {401, 403}:
        raise errors.Rejected(Reason.KEY, quoted)
    if not 200 <= answer.status < 300:
        raise errors.Unreachable(f"{answer.status}: {quoted}", retry_after_s=answer.retry_after_s)
    if (body := answer.json()) is None:
        raise errors.Unreachable("the answer is no JSON")
    return body


def place(path: str, task_id: str) -> str:
    """Where a task is asked after; its id is escaped, since some hold colons and slashes."""
    return path.format(task_id=quote(task_id, safe=""))


_NO_TASK = re.compile(r"task[ _]?(?:is[ _])?not[ _](?:exist|found)|任务不存在", re.IGNORECASE)


def is_missing(answer: _http.Answer) -> bool:
    """Whether the task is not known there: 404 and 410, or an answer without a task whose words say so."""
    if answer.status in {404, 410}:
        return True
    if answer.status not in {200, 400}:
        return False
    return "status" not in _results.unwrap(answer.json()) and _NO_TASK.search(said(answer)) is not None


def probed(
    body: Json, *, words: Callable[[object], str], unknown: _unknown.UnknownWords, echoes: Collection[str] = ()
) -> ports.Status:
    """The status of a task whose answer no page shows. Raises Unreachable where it says nothing of one."""
    status = _probing.status(body, echoes=echoes)
    if status is None and (word := _probing.word_of(body)):
        unknown.note(word)
        return ports.Status(state=ports.TaskState.RUNNING)  # an unknown word: the job's deadline ends it
    if status is None:
        raise errors.Unreachable("the answer holds no status")
    if status.failure is not None:
        failure = errors.Rejected(status.failure.reason, words(status.failure.words))
        return replace(status, failure=failure)
    return status


def with_field(wire: requests.Wire, name: str, value: Json) -> requests.Wire:
    """The wire with one field more."""
    return replace(wire, body={**wire.body, name: value})


def reason(status: int, words: str) -> Reason | None:
    """Why a submit was refused; None when the status does not say that it was."""
    topic = _results.topic(words)
    match status:
        case 401:
            return Reason.KEY  # uniall 053, 054; pxz and llmage print it too
        case 402:
            return Reason.BALANCE
        case 403:
            # uniall 053: a disabled key; 058 (13.7): no balance, or no right to the model. Its gateway's code is
            # insufficient_user_quota, so the loose words count here and only here.
            if topic is None and re.search(r"(?i)quota|balance|额度|余额", words):
                return Reason.BALANCE
            return topic or Reason.KEY
        case 408:
            return None  # the server gave up waiting, whatever it had by then
        case _ if 400 <= status < 500:
            # 400, 404, 409, 413, 415 and 422 speak of the request; 405, 406, 410, 411, 414 … no less.
            return topic or Reason.PARAMETER
        case _:
            return None
