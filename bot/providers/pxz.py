"""pxz: pictures and videos, whose end is told to a callback. The headings are those of its document.

PXZ-QUERY: the document speaks of querying a result and prints no way to; it has a `callback_url` and no word on what
is posted there. So tasks are submitted with an address of ours; where the operator knows a path for results, they are
asked after as well.
"""

import json
import re

from bot import errors, jobs, ports, providers, requests, voices
from bot.providers import _answers, _http, _probing, _results, _unknown
from bot.requests import Json

BASE_URL = "http://pxz-api.xinsulv.com"  # 概述; plain http, as printed
ECHOES = ("metadata",)  # 请求参数: given back as it was sent

_BUSY = re.compile(r"(?i)too many|rate.?limit|频繁|繁忙|饱和")


class Pxz:
    """The provider `pxz`; see ports.Provider for what each method promises.

    Answers that the document prints: 21 a submit `{task_id, status: "pending", estimated_credits?, created_at}`; errors
    as a table of words. What ends a task, at the callback or at `result_path`, is not shown: every field is looked at
    that results have elsewhere (`_probing`).
    """

    name = "pxz"

    def __init__(
        self,
        *,
        key: str,
        base_url: str = BASE_URL,
        limits: _http.Limits | None = None,
        result_path: str = "",
    ) -> None:
        """`result_path` is where results are asked for, with {task_id}; "" where nobody knows."""
        self._http = _http.Client(base_url=base_url, key=key, limits=limits or _http.Limits())
        self._unknown = _unknown.UnknownWords(self.name, words=self._http.words)
        self._result_path = result_path

    def __repr__(self) -> str:
        return f"Pxz({self._http!r})"

    @property
    def calls_back(self) -> bool:
        """Whether results come to the callback alone."""
        return not self._result_path

    def with_callback(self, wire: requests.Wire, url: str, *, job: str) -> requests.Wire | None:
        """请求参数: `callback_url`, and `metadata`, which comes back with the result."""
        noted = _answers.with_field(wire, "metadata", {"job": job})
        return _answers.with_field(noted, "callback_url", url)

    def told(self, body: bytes) -> tuple[str | None, ports.Status]:
        """Read what was posted to the callback. Raises Unreachable for what says nothing of a task."""
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            raise errors.Unreachable("the callback holds no JSON") from None
        return _results.task_id(said), self._status(said)

    async def submit(self, wire: requests.Wire, *, hearing: ports.Hearing | None = None) -> ports.Submitted:
        """Send once. Raises NotSent, Busy, Rejected, Unknown."""
        answer = await self._http.submit(wire)
        if not 200 <= answer.status < 300:
            raise self._refusal(answer)
        if (task_id := _results.task_id(answer.json())) is None:
            words = self._http.words(_probing.why(answer.json()))
            raise errors.Unknown(f"{answer.status} without a task id" + (f": {words}" if words else ""))
        return ports.Submitted(task_id=task_id, poll_path=self._result_path, usage=_estimated(answer.json()))

    async def poll(self, poll_path: str, task_id: str) -> ports.Status:
        """Ask after a task where the operator said. Raises Unreachable, Missing, Rejected (the key)."""
        answer = await self._http.ask(_answers.place(self._result_path or poll_path, task_id))
        if _answers.is_missing(answer):
            raise errors.Missing("the task is not known")
        return self._status(_answers.read(answer, words=self._http.words))

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

    def _status(self, body: Json) -> ports.Status:
        return _answers.probed(body, words=self._http.words, unknown=self._unknown, echoes=ECHOES)

    def _refusal(self, answer: _http.Answer) -> errors.ProviderError:
        """错误码说明: 400 a parameter or the model, 401 the key; 500 does not say that nothing was started."""
        raw = _probing.why(answer.json()) or _answers.said(answer)
        said = self._http.words(raw)
        if answer.status == 429 or (answer.status == 503 and _BUSY.search(raw)):
            return errors.Busy(said or "too many requests", retry_after_s=answer.retry_after_s)
        if (reason := _answers.reason(answer.status, raw)) is not None:
            return errors.Rejected(reason, said)
        return errors.Unknown(f"{answer.status}: {said}" if said else str(answer.status))


def _estimated(body: Json) -> jobs.Usage | None:
    """响应结果: `estimated_credits`, where it is told."""
    said = body.get("estimated_credits") if isinstance(body, dict) else None
    if isinstance(said, bool) or not isinstance(said, int | float) or said < 0:
        return None
    return jobs.Usage(credits=said)


def opened(account: providers.Account) -> Pxz:
    """The provider, with the operator's account."""
    return Pxz(key=account.key, base_url=account.base_url, limits=account.limits, result_path=account.result_path)
