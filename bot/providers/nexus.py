"""nexus: a gateway with many formats behind one key. The headings are those of its document.

NEX-BASE: the base address is printed with /v1 and so are the paths: paths are joined to the host. No finished answer
is printed for any task: every field is looked at that results have elsewhere (`_probing`), then the download route.
"""

import json
import re
from urllib.parse import quote

from bot import errors, ports, providers, requests, voices
from bot.errors import Reason
from bot.ports import TaskState
from bot.providers import _answers, _http, _probing, _results, _unknown
from bot.requests import Json

BASE_URL = "https://api.allapi.store"
DOWNLOAD = "/v1/videos/{task_id}/download"  # OpenAI 视频格式 > 下载视频; a stream behind the key
CROWDED_S = 120.0  # 常见错误信息: "wait some minutes"

_VIDEO_POLLS = ("/v1/videos/{task_id}", "/v1/video/query?id={task_id}")
_CROWD = re.compile(r"负载已?饱和|队列已满|(?i:overloaded|no available channel|queue is full)")
_MIDJOURNEY = "/mj/submit/"
_REFUSING = (3, 4)  # midjourney-proxy: no such task, or a field is wrong
_EXISTS = 21  # the task is there: already, or because a form that only Midjourney has must be filled in first
_CONFIRM = re.compile(r"(?i:confirm|modal)|弹窗|窗口")
_PREDICTIONS = "/v1/predictions"


class Nexus:
    """The provider `nexus`; see ports.Provider for what each method promises.

    Answers that the document prints: 18 a unified submit `{id, status, status_update_time, enhanced_prompt}`, 19 an
    OpenAI video `{id, object, model, status, progress, created_at, seconds, size}`, 20 pictures `{created, data: [{url,
    revised_prompt}]}`, with `b64_json` by name. By the formats that it names and does not print: Replicate's
    predictions (`id`, `status`, `output`), luma (`id`, `state`, `assets.video`), Midjourney (`result` at the submit;
    then `status`, `imageUrl`, `failReason` and `buttons`), chats that link to a clip. NEX-STATUS: `failed` and `error`
    both end a task.
    """

    name = "nexus"

    def __init__(self, *, key: str, base_url: str = BASE_URL, limits: _http.Limits | None = None) -> None:
        host = base_url.rstrip("/").removesuffix("/v1")
        self._http = _http.Client(base_url=host, key=key, limits=limits or _http.Limits())
        self._unknown = _unknown.UnknownWords(self.name, words=self._http.words)

    def __repr__(self) -> str:
        return f"Nexus({self._http!r})"

    @property
    def calls_back(self) -> bool:
        """Its tasks are asked after; Midjourney's hook is one way more."""
        return False

    def with_callback(self, wire: requests.Wire, url: str, *, job: str) -> requests.Wire | None:
        """提交 Imagine 任务: `notifyHook`; the other formats have none."""
        return _answers.with_field(wire, "notifyHook", url) if wire.path.startswith(_MIDJOURNEY) else None

    def told(self, body: bytes) -> tuple[str | None, ports.Status]:
        """Read what was posted to Midjourney's hook. Raises Unreachable for what says nothing of a task."""
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            raise errors.Unreachable("the callback holds no JSON") from None
        return _task_id(said), _answers.probed(said, words=self._http.words, unknown=self._unknown)

    async def submit(self, wire: requests.Wire, *, hearing: ports.Hearing | None = None) -> ports.Submitted:
        """Send once: a task, or the result itself. Raises NotSent, Busy, Rejected, Unknown; StorageFault."""
        taken = await _answers.submit(self._http, wire, refusal=self._refusal, task_id=self._taken, hearing=hearing)
        if taken.task_id is None or wire.poll_path:
            return taken
        return ports.Submitted(task_id=taken.task_id, poll_path=f"{wire.path.rstrip('/')}/{{task_id}}")

    async def poll(self, poll_path: str, task_id: str) -> ports.Status:
        """Ask after a task. Raises Unreachable, Missing, Rejected (the key)."""
        answer = await self._http.ask(_answers.place(poll_path, task_id))
        if _answers.is_missing(answer):
            raise errors.Missing(f"the task is not known at {poll_path}")
        body = _answers.read(answer, words=self._http.words)
        status = _answers.probed(body, words=self._http.words, unknown=self._unknown)
        return self._downloadable(status, task_id) if poll_path in _VIDEO_POLLS else status

    async def models(self) -> frozenset[str] | None:
        """There is no list."""
        return None

    async def voices(self) -> tuple[voices.Speaker, ...] | None:
        """No page lists any."""
        return None

    async def balance(self) -> ports.Balance | None:
        """There is no such question."""
        return None

    async def close(self) -> None:
        """Let connections go."""
        await self._http.close()

    def _taken(self, body: Json) -> str | None:
        """The task of an answer with 2xx. Raises Busy and Rejected where its words say that there is none."""
        raw = _probing.why(body)
        code = body.get("code") if isinstance(body, dict) else None
        if code == _EXISTS and _CONFIRM.search(raw):
            raise errors.Rejected(Reason.PARAMETER, self._http.words(raw))
        if (task_id := _task_id(body)) is not None:
            return task_id
        if _CROWD.search(raw):
            raise errors.Busy(self._http.words(raw), retry_after_s=CROWDED_S)
        reason = _results.topic(raw) or (Reason.PARAMETER if code in _REFUSING else None)
        if reason is not None:
            raise errors.Rejected(reason, self._http.words(raw))
        return None

    def _downloadable(self, status: ports.Status, task_id: str) -> ports.Status:
        """NEX-DOWNLOAD: addresses of the answer first, then the download route."""
        if status.state is not TaskState.SUCCEEDED or len(status.outputs) > 1:
            return status
        address = self._http.url(DOWNLOAD.format(task_id=quote(task_id, safe="")))
        download = ports.Source(url=address, headers=self._http.authorization)
        found = status.outputs[0] if status.outputs else ()
        return ports.Status(
            state=status.state,
            progress=status.progress,
            outputs=((*found, download),),
            usage=status.usage,
            actions=status.actions,
        )

    def _refusal(self, answer: _http.Answer) -> errors.ProviderError:
        """错误状态码 and 常见错误信息: whatever its status, a full upstream started nothing."""
        raw = _probing.why(answer.json()) or _answers.said(answer)
        said = self._http.words(raw)
        if _CROWD.search(raw):
            return errors.Busy(said, retry_after_s=answer.retry_after_s or CROWDED_S)
        if answer.status == 429 and _results.topic(raw) is None:
            return errors.Busy(said or "too many requests", retry_after_s=answer.retry_after_s)
        if 400 <= answer.status < 500 and "timeout" in raw.lower():
            return errors.Rejected(Reason.FAILED, said)  # making it took too long
        if answer.status in {400, 404, 429, 500} and (topic := _results.topic(raw)) is not None:
            return errors.Rejected(topic, said)  # the table gives these words without a status
        if (reason := _answers.reason(answer.status, raw)) is not None:
            return errors.Rejected(reason, said)
        return errors.Unknown(f"{answer.status}: {said}" if said else str(answer.status))


def _task_id(body: Json) -> str | None:
    """`id`, or Midjourney's `result`."""
    if (found := _results.task_id(body)) is not None:
        return found
    result = body.get("result") if isinstance(body, dict) else None
    return str(result).strip() or None if isinstance(result, str | int) and not isinstance(result, bool) else None


def opened(account: providers.Account) -> Nexus:
    """The provider, with the operator's account."""
    return Nexus(key=account.key, base_url=account.base_url, limits=account.limits)
