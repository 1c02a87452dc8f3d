"""uniall: one key for many models, all of them asynchronous tasks. Pages are those of its Chinese documents."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import assert_never
from urllib.parse import quote

from bot import errors, ports, providers, requests, voices
from bot.errors import Reason
from bot.ports import TaskState
from bot.providers import _answers, _http, _results, _unknown, _voices
from bot.requests import Json

BASE_URL = "https://api.aijisu.cn"  # pages 053, 073 and 094; the other pages leave the host open

# A task that one of these does not know is asked after at the others: pages 084/086, 077/078, 094/096 and 060/079 name
# different ones for the same tasks. Only for questions: a POST is never tried at a second address.
_VIDEO_POLLS = ("/v1/videos/{task_id}", "/v1/videos/generations/{task_id}", "/v1/video/generations/{task_id}")
_IMAGE_POLL = "/v1/images/tasks/{task_id}"
_CONTENT_POLL = _VIDEO_POLLS[0]  # its tasks have /content beside them, a stream behind the key (071, 8.2)


class Uniall:
    """The provider `uniall`; see ports.Provider for what each method promises."""

    name = "uniall"

    def __init__(self, *, key: str, base_url: str = BASE_URL, limits: _http.Limits | None = None) -> None:
        self._http = _http.Client(base_url=base_url, key=key, limits=limits or _http.Limits())
        self._unknown = _unknown.UnknownWords(self.name, words=self._http.words)
        self._found_at: dict[str, str] = {}  # poll path → the one that knew such a task; at most one entry per path

    def __repr__(self) -> str:
        return f"Uniall({self._http!r})"

    @property
    def calls_back(self) -> bool:
        """Its tasks are asked after (053 to 102): nobody is called."""
        return False

    def with_callback(self, wire: requests.Wire, url: str, *, job: str) -> requests.Wire | None:
        """No page has a field for it."""
        return None

    def told(self, body: bytes) -> tuple[str | None, ports.Status]:
        """It never calls."""
        raise errors.Unreachable("uniall calls nobody back")

    async def submit(self, wire: requests.Wire, *, hearing: ports.Hearing | None = None) -> ports.Submitted:
        """Send once. Raises NotSent, Busy, Rejected, Unknown; StorageFault for a lost file.

        The synchronous endpoints answer with the result (062 to 070, 089), but may answer with a task all the same
        (UNI-GPTIMG2-SYNC-ASYNC), which is then asked after where tasks of that kind are.
        """
        taken = await _answers.submit(
            self._http, wire, refusal=self._refusal, task_id=_results.task_id, hearing=hearing
        )
        if taken.task_id is None or wire.poll_path:
            return taken
        return replace(taken, poll_path=_IMAGE_POLL if "/images/" in wire.path else _VIDEO_POLLS[0])

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

    async def voices(self) -> tuple[voices.Speaker, ...] | None:
        """The platform's voices and those that were made for this key (059). Raises Unreachable, Rejected."""
        return _voices.speakers(self._json(await self._http.ask("/v1/audio/voices")))

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
        raw = _answers.said(answer)
        said = self._http.words(raw)
        if answer.status == 429:
            # No page mentions it. Everywhere else it means that the request was turned away at the door.
            return errors.Busy(said or "too many requests", retry_after_s=answer.retry_after_s)
        if (reason := _answers.reason(answer.status, raw)) is not None:
            return errors.Rejected(reason, said)
        # 5xx: no page lists any, 503 included, so nothing says that no task was started. 3xx and 408 likewise.
        return errors.Unknown(f"{answer.status}: {said}" if said else str(answer.status))

    def _json(self, answer: _http.Answer) -> Json:
        """The JSON of an answer to a question. Raises Rejected (the key: 053 and 054), Unreachable."""
        return _answers.read(answer, words=self._http.words)

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
        self._unknown.note(word)
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
    if not first and 400 <= answer.status < 500:
        return answer.status not in {401, 403, 408, 429}
    return _answers.is_missing(answer)


def opened(account: providers.Account) -> Uniall:
    """The provider, with the operator's account."""
    return Uniall(key=account.key, base_url=account.base_url, limits=account.limits)
