"""llmage (元境): chat, pictures and videos from one key. The headings are those of its document."""

import re
from typing import assert_never

from bot import errors, jobs, ports, providers, requests, voices
from bot.errors import Reason
from bot.ports import TaskState
from bot.providers import _answers, _http, _results, _talk, _unknown
from bot.requests import Json

BASE_URL = "https://opencomputing.ai"  # LLM-HOST: the console's host is another one
CATEGORIES = ("t2t", "t2i", "t2v", "i2v", "ref2v")  # 查询可用模型列表: what models are listed by
NAMED = frozenset(
    {
        *("qwen3-max", "wan2.2-t2i-plus", "wan2.5-t2i-preview", "wan2.2-t2i-flash", "cogview-3-flash"),
        *("happyhorse-1.0-t2v", "happyhorse-1.0-i2v", "happyhorse-1.0-r2v", "wan2.6-t2v", "wan2.6-r2v", "viduq3-pro"),
        *("doubao-seedance-2-0-260128", "dreamina-seedance-2-0-260128", "doubao-seedance-1-5-pro-251215"),
    }
)
"""What the document's own lists of models name: a list without any of it was not understood."""

_CROWD = re.compile(r"(?i)rate.?limit|too many|concurren|频繁|繁忙|限流")


class Llmage:
    """The provider `llmage`; see ports.Provider for what each method promises.

    Answers that the document prints: 22 a submit `{taskid, status}`; 23 a task `{status, taskid?, usage, image,
    video}`, where `image` is the picture or the cover of the video; 24 a chat `{choices[].message.content, content,
    finish, usage}`; 25 a chat in events with `choices[].delta`, `content`, `finish` and `reasoning_content`, then
    `[DONE]`; errors `{error: text}`. LLM-TASKID: the `taskid` of a task's answer is another than the one to ask with.
    """

    name = "llmage"

    def __init__(self, *, key: str, base_url: str = BASE_URL, limits: _http.Limits | None = None) -> None:
        self._http = _http.Client(base_url=base_url, key=key, limits=limits or _http.Limits())
        self._unknown = _unknown.UnknownWords(self.name, words=self._http.words)

    def __repr__(self) -> str:
        return f"Llmage({self._http!r})"

    @property
    def calls_back(self) -> bool:
        """Its tasks are asked after (查询任务状态): nobody is called."""
        return False

    def with_callback(self, wire: requests.Wire, url: str, *, job: str) -> requests.Wire | None:
        """The document has no field for it."""
        return None

    def told(self, body: bytes) -> tuple[str | None, ports.Status]:
        """It never calls."""
        raise errors.Unreachable("llmage calls nobody back")

    async def submit(self, wire: requests.Wire, *, hearing: ports.Hearing | None = None) -> ports.Submitted:
        """Send once: a task, or a chat's answer. Raises NotSent, Busy, Rejected, Unknown; StorageFault."""
        return await _answers.submit(self._http, wire, refusal=self._refusal, task_id=_task_id, hearing=hearing)

    async def poll(self, poll_path: str, task_id: str) -> ports.Status:
        """Ask after a task (查询任务状态). Raises Unreachable, Missing, Rejected (the key)."""
        answer = await self._http.ask(_answers.place(poll_path, task_id))
        if _answers.is_missing(answer):
            raise errors.Missing(f"the task is not known at {poll_path}")
        return self._status(_answers.read(answer, words=self._http.words))

    async def models(self) -> frozenset[str] | None:
        """The ids of all categories (查询可用模型列表). Raises Unreachable, Rejected.

        The document shows no answer: OpenAI's form is read, and any other word for an id. What holds none that it names
        is no list: better to offer what the key may not use than nothing at all.
        """
        found: set[str] = set()
        for category in CATEGORIES:
            answer = await self._http.ask(f"/llmage/v1/models?catelogid={category}")
            found |= set(_ids(_answers.read(answer, words=self._http.words)))
        if not found & NAMED:
            raise errors.Unreachable("the lists of models hold no id that the document names")
        return frozenset(found)

    async def voices(self) -> tuple[voices.Speaker, ...] | None:
        """No page lists any."""
        return None

    async def balance(self) -> ports.Balance | None:
        """It is shown in the console only (查看当前余额)."""
        return None

    async def close(self) -> None:
        """Let connections go."""
        await self._http.close()

    def _refusal(self, answer: _http.Answer) -> errors.ProviderError:
        """错误信息: 401 the key, 400 a parameter, 429 the balance (LLM-429), whose words tell it from a crowd."""
        raw = _answers.said(answer)
        said = self._http.words(raw)
        if answer.status == 429 and _results.topic(raw) is None and _CROWD.search(raw):
            return errors.Busy(said, retry_after_s=answer.retry_after_s)
        if answer.status == 429:
            return errors.Rejected(Reason.BALANCE, said)
        if (reason := _answers.reason(answer.status, raw)) is not None:
            return errors.Rejected(reason, said)
        return errors.Unknown(f"{answer.status}: {said}" if said else str(answer.status))

    def _status(self, body: Json) -> ports.Status:
        task = _results.unwrap(body)
        state, word = _results.state(task)
        if state is None and not word:
            raise errors.Unreachable("the answer holds no status")
        if state is None:
            self._unknown.note(word)
        progress = _results.progress(task.get("progress"))
        match state:
            case None | TaskState.QUEUED | TaskState.RUNNING:
                return ports.Status(state=state or TaskState.RUNNING, progress=progress)
            case TaskState.SUCCEEDED:
                urls = dict.fromkeys(url for name in ("video", "image") for url in _results.addresses(task.get(name)))
                sources = tuple(
                    ports.Source(url=url) for url in urls
                )  # a video's cover is no video, and is passed over
                outputs = (sources,) if sources else ()
                return ports.Status(state=state, progress=progress, outputs=outputs, usage=_usage(task))
            case TaskState.FAILED:
                return _results.failure(task, body, words=self._http.words(_results.error_words(body)))
            case _:
                assert_never(state)


def _task_id(body: Json) -> str | None:
    """任务提交 > 返回: `taskid`; the other spellings are no harm."""
    task = _results.unwrap(body)
    found = task.get("taskid")
    return found.strip() if isinstance(found, str) and found.strip() else _results.task_id(body)


def _usage(task: Json) -> jobs.Usage | None:
    return _talk.usage(task) if isinstance(task, dict) else None


def _ids(body: Json) -> list[str]:
    entries = next((found for found in _lists(body)), [])
    names = ("id", "model", "name")
    said = [entry.get(name) if isinstance(entry, dict) else entry for entry in entries for name in names]
    return [id for id in said if isinstance(id, str)]


def _lists(body: Json) -> list[list[Json]]:
    boxes = [body, body.get("data")] if isinstance(body, dict) else []
    inside = [box.get(name) for box in boxes if isinstance(box, dict) for name in ("data", "models", "rows", "list")]
    return [found for found in (body, *inside) if isinstance(found, list)]


def opened(account: providers.Account) -> Llmage:
    """The provider, with the operator's account."""
    return Llmage(key=account.key, base_url=account.base_url, limits=account.limits)
