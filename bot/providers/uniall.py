"""uniall: one key for many models, all of them asynchronous tasks. Pages are those of its Chinese documents."""

import re
from collections.abc import Mapping, Sequence
from typing import assert_never
from urllib.parse import quote

import structlog

from bot import errors, ports, requests
from bot.errors import Reason
from bot.ports import TaskState
from bot.providers import _http, _results
from bot.requests import Json

log = structlog.get_logger(__name__)

BASE_URL = "https://api.aijisu.cn"  # pages 053, 073 and 094; the other pages leave the host open
UNKNOWN_WORDS = 100  # status words remembered as logged

# A task that one of these does not know is asked after at the others: pages 084/086, 077/078, 094/096 and 060/079 name
# different ones for the same tasks. Only for questions: a POST is never tried at a second address.
_VIDEO_POLLS = ("/v1/videos/{task_id}", "/v1/videos/generations/{task_id}", "/v1/video/generations/{task_id}")
_CONTENT_POLL = _VIDEO_POLLS[0]  # its tasks have /content beside them, a stream behind the key (071, 8.2)
_NO_TASK = re.compile(r"task[ _]?(?:is[ _])?not[ _](?:exist|found)|任务不存在", re.IGNORECASE)


class Uniall:
    """The provider `uniall`; see ports.Provider for what each method promises."""

    name = "uniall"

    def __init__(self, *, key: str, base_url: str = BASE_URL, limits: _http.Limits | None = None) -> None:
        self._http = _http.Client(base_url=base_url, key=key, limits=limits or _http.Limits())
        self._found_at: dict[str, str] = {}  # poll path → the one that knew such a task; at most one entry per path
        self._logged: set[str] = set()

    def __repr__(self) -> str:
        return f"Uniall({self._http!r})"

    @property
    def calls_back(self) -> bool:
        """Its tasks are asked after (053 to 102): nobody is called."""
        return False

    def with_callback(self, wire: requests.Wire, url: str) -> requests.Wire | None:
        """No page has a field for it."""
        return None

    def told(self, body: bytes) -> tuple[str | None, ports.Status]:
        """It never calls."""
        raise errors.Unreachable("uniall calls nobody back")

    async def submit(self, wire: requests.Wire, *, hearing: ports.Hearing | None = None) -> ports.Submitted:
        """Send once and answer the task. Raises NotSent, Busy, Rejected, Unknown; StorageFault for a lost file."""
        answer = await self._http.submit(wire)
        if not 200 <= answer.status < 300:
            raise self._refusal(answer)
        body = answer.json()
        if (task_id := _results.task_id(body)) is not None:
            return ports.Submitted(task_id=task_id)
        # Taken, and nothing to follow it by: five pages print `{}` as the answer (074, 080, 092, 101, 102).
        said = self._http.words(_results.error_words(body))
        raise errors.Unknown(f"{answer.status} without a task id" + (f": {said}" if said else ""))

    async def poll(self, poll_path: str, task_id: str) -> ports.Status:
        """Ask after a task. Raises Unreachable, Missing, Rejected (the key)."""
        for index, path in enumerate(self._poll_paths(poll_path)):
            answer = await self._http.ask(path.format(task_id=quote(task_id, safe="")))
            if not _missing(answer, first=index == 0):
                status = self._status(self._json(answer), path=path, task_id=task_id)
                self._found_at[poll_path] = path
                return status
        raise errors.Missing(f"the task is not known at {poll_path}")

    async def models(self) -> frozenset[str]:
        """The ids that the key may use (054). Raises Unreachable, Rejected."""
        body = self._json(await self._http.ask("/v1/models"))
        entries = body.get("data") if isinstance(body, dict) else None
        if not isinstance(entries, list):
            raise errors.Unreachable("the list of models has no data")
        return frozenset(
            entry["id"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("id"), str)
        )

    async def balance(self) -> ports.Balance:
        """What is left of the account behind the key (053). Raises Unreachable, Rejected."""
        body = self._json(await self._http.ask("/api/usage/balance"))
        if isinstance(body, dict) and body.get("success") is False:
            # Printed with 401 and 403 only, which never come here; the same envelope with 200 can mean nothing else.
            raise errors.Rejected(Reason.KEY, self._http.words(_results.error_words(body)))
        data = body.get("data") if isinstance(body, dict) else None
        found = data.get("balance") if isinstance(data, dict) else None
        found = found if isinstance(found, dict) else {}
        amount = found.get("amount")
        if isinstance(amount, bool) or not isinstance(amount, int | float):
            raise errors.Unreachable("the balance has no amount")
        return ports.Balance(words=str(found.get("display_amount") or amount), amount=float(amount))

    async def close(self) -> None:
        """Let connections go."""
        await self._http.close()

    # --- refusals ----------------------------------------------------------------------------------------------

    def _refusal(self, answer: _http.Answer) -> errors.ProviderError:
        """What an answer to a submit other than 2xx means."""
        raw = _said(answer)
        said = self._http.words(raw)
        if answer.status == 429:
            # No page mentions it. Everywhere else it means that the request was turned away at the door.
            return errors.Busy(said or "too many requests", retry_after_s=answer.retry_after_s)
        if (reason := _reason(answer.status, raw)) is not None:
            return errors.Rejected(reason, said)
        # 5xx: no page lists any, 503 included, so nothing says that no task was started. 3xx and 408 likewise.
        return errors.Unknown(f"{answer.status}: {said}" if said else str(answer.status))

    def _json(self, answer: _http.Answer) -> Json:
        """The JSON of an answer to a question. Raises Rejected (the key), Unreachable."""
        said = self._http.words(_said(answer))
        if answer.status in {401, 403}:  # 053 and 054: no key, a wrong one, a disabled one
            raise errors.Rejected(Reason.KEY, said)
        if not 200 <= answer.status < 300:
            raise errors.Unreachable(f"{answer.status}: {said}", retry_after_s=answer.retry_after_s)
        if (body := answer.json()) is None:
            raise errors.Unreachable("the answer is no JSON")
        return body

    # --- tasks -------------------------------------------------------------------------------------------------

    def _poll_paths(self, poll_path: str) -> Sequence[str]:
        """Where to ask in turn, the place that knew such a task before first."""
        if poll_path not in _VIDEO_POLLS:
            return (poll_path,)
        return tuple(dict.fromkeys((self._found_at.get(poll_path, poll_path), poll_path, *_VIDEO_POLLS)))

    def _status(self, body: Json, *, path: str, task_id: str) -> ports.Status:
        """A task's status from any shape that the pages print (numbers: the list of result shapes in our contracts).

        1 flat video, 2 video with `result` and `raw_status`, 3 the same without `task_id`, 4 `metadata.url` alone,
        5 sora's with times and thumbnail, 6 avatar with `result.outputs`, 7 music and speech with `result.audios`,
        8 speech with `output.audio_url`, 9 image with `result_url(s)` and 10 the same inside {code, message, data}.
        """
        task = _results.unwrap(body)
        state = self._state(task)
        progress = _results.progress(task.get("progress"))
        match state:
            case TaskState.QUEUED | TaskState.RUNNING:
                return ports.Status(state=state, progress=progress)
            case TaskState.SUCCEEDED:
                return ports.Status(state=state, progress=progress, outputs=self._outputs(task, path, task_id))
            case TaskState.FAILED:
                words = self._http.words(_results.error_words(task) or _results.error_words(body))
                return _results.failure(task, body, words=words)
            case _:
                assert_never(state)

    def _state(self, task: Mapping[str, Json]) -> TaskState:
        state, word = _results.state(task)
        if state is not None:
            return state
        if not word:
            if _results.urls(task):
                return TaskState.SUCCEEDED  # 058 prints a finished task as its `audio_url` alone
            raise errors.Unreachable("the answer holds no status")
        if word not in self._logged and len(self._logged) < UNKNOWN_WORDS:
            self._logged.add(word)
            log.warning("unknown status word", provider=self.name, word=self._http.words(word))
        return TaskState.RUNNING  # it is asked on; the job's deadline ends it

    def _outputs(self, task: Mapping[str, Json], path: str, task_id: str) -> tuple[tuple[ports.Source, ...], ...]:
        outputs = [[ports.Source(url=url) for url in output] for output in _results.urls(task)]
        if path == _CONTENT_POLL and len(outputs) <= 1:
            address = self._http.url(f"/v1/videos/{quote(task_id, safe='')}/content")
            content = ports.Source(url=address, headers=self._http.authorization)
            outputs = [[*(outputs[0] if outputs else []), content]]
        return tuple(tuple(output) for output in outputs)


def _missing(answer: _http.Answer, *, first: bool) -> bool:
    """Whether the task is not known there: 404 and 410, or an answer without a task whose words say so.

    At the second and third address any refusal but those of the key and of a crowd means the same: it may be no
    address at all.
    """
    if answer.status in {404, 410}:
        return True
    if not first and 400 <= answer.status < 500:
        return answer.status not in {401, 403, 408, 429}
    if answer.status not in {200, 400}:
        return False
    return "status" not in _results.unwrap(answer.json()) and _NO_TASK.search(_said(answer)) is not None


def _said(answer: _http.Answer) -> str:
    """An error's own words: from its JSON, else its text unless that is a page of HTML."""
    body = answer.json()
    if body is not None:
        return _results.error_words(body)
    text = answer.body[:2000].decode("utf-8", "replace").strip()
    return "" if text.startswith("<") else text


def _reason(status: int, said: str) -> Reason | None:
    """Why a submit was refused; None when the status does not say that it was."""
    topic = _results.topic(said)
    match status:
        case 401:
            return Reason.KEY  # 053, 054
        case 402:
            return Reason.BALANCE
        case 403:
            # 053: a disabled key; 058 (13.7): no balance, or no right to the model. Its gateway's code is
            # insufficient_user_quota, so the loose words count here and only here.
            if topic is None and re.search(r"(?i)quota|balance|额度|余额", said):
                return Reason.BALANCE
            return topic or Reason.KEY
        case 408:
            return None  # the server gave up waiting, whatever it had by then
        case _ if 400 <= status < 500:
            # 400, 404, 409, 413, 415 and 422 speak of the request; 405, 406, 410, 411, 414 … no less.
            return topic or Reason.PARAMETER
        case _:
            return None
