"""Chat answers, whole or in pieces: words, the media that they link to, what they took and how they ended.

Shapes (numbers: the list of result shapes in our contracts): 14 a chunk with the address in `delta.content` and in
`media.outputs`, 15 a chunk with the address inside Markdown, 24 a whole answer with `message.content`, `content`,
`finish` "1" and `usage`, 25 chunks with `delta`, `content` and `finish` "0", then `data: [DONE]`.
"""

import json
import re
from collections.abc import Iterator, Mapping

from bot import errors, jobs, ports
from bot.errors import Reason
from bot.media import MediaKind
from bot.ports import TaskState
from bot.providers import _results
from bot.requests import Json

_PERCENT = re.compile(r"(\d{1,3}) ?%")
_ADDRESS = re.compile(r"https?://[^\s()<>\[\]\"'`*，。）】]+")
_WHOLE = frozenset({"stop", "1", "end_turn", "eos"})  # how an answer says that it is all there


class Talk:
    """Reads one answer as it comes. `makes` is what is asked for: words, or what the words link to."""

    def __init__(self, *, makes: MediaKind | None, hearing: ports.Hearing | None = None) -> None:
        self._makes = makes
        self._hearing = hearing
        self._listed: list[str] = []
        self._usage: jobs.Usage | None = None
        self._finish = ""
        self._error: Json = None
        self.words = ""

    def hear(self, data: str) -> None:
        """One event of a stream; what is no JSON says nothing."""
        try:
            self.read(json.loads(data))
        except (ValueError, RecursionError):
            return
        if self._hearing is not None and (news := self._news()):
            self._hearing(news)

    def _news(self) -> str | int | None:
        """The words so far; where they are only on the way to a picture or clip, the percentage said last."""
        if self._makes is MediaKind.TEXT:
            return self.words
        said = _PERCENT.findall(_ADDRESS.sub("", self.words))  # in an address it is an escape
        return min(int(said[-1]), 100) if said else None

    def read(self, body: Json) -> None:
        """A whole answer, or one chunk of it."""
        if not isinstance(body, dict):
            return
        self._error = self._error or body.get("error")
        self._usage = usage(body) or self._usage
        self._listed += [url for url in _at(body, "media", "outputs") if isinstance(url, str)]
        first = next(iter(_at(body, "choices")), None)
        choice: Mapping[str, Json] = first if isinstance(first, dict) else {}
        self.words += _words(choice) or (text if isinstance(text := body.get("content"), str) else "")
        finish = choice.get("finish_reason") or body.get("finish")
        if finish not in (None, "", "0"):
            self._finish = str(finish)

    def status(self, *, ended: bool = False) -> ports.Status | None:
        """What came of it; None when that is nothing of use. `ended`: the line says that this was all."""
        outputs = self._outputs()
        if not outputs:
            return self._failed()
        broke_off = self._makes is MediaKind.TEXT and (bool(self._error) or not (ended or self._finish))
        cut = self._makes is MediaKind.TEXT and self._finish not in {"", *_WHOLE}
        return ports.Status(state=TaskState.SUCCEEDED, outputs=outputs, usage=self._usage, partial=broke_off or cut)

    def _outputs(self) -> tuple[tuple[ports.Origin, ...], ...]:
        if self._makes is MediaKind.TEXT:
            return ((ports.Inline(content=self.words.encode()),),) if self.words.strip() else ()
        urls = dict.fromkeys(self._listed or _ADDRESS.findall(self.words))
        return tuple((ports.Source(url=url),) for url in urls)

    def _failed(self) -> ports.Status | None:
        """It says why there is nothing; None when it does not."""
        said = _results.error_words(self._error) if self._error else ""
        if self._finish == "content_filter":
            return ports.Status(state=TaskState.FAILED, failure=errors.Rejected(Reason.CONTENT, said))
        if not self._error:
            return None
        reason = _results.topic(said) or Reason.FAILED
        return ports.Status(state=TaskState.FAILED, failure=errors.Rejected(reason, said))


def usage(body: Mapping[str, Json]) -> jobs.Usage | None:
    """What an answer or a task says that it took, in any of the words that the pages or their formats have."""
    found = next((value for name in ("usage", "usageMetadata") if isinstance(value := body.get(name), dict)), {})
    figures = {name: next(_numbers(found, keys), None) for name, keys in _FIGURES.items()}
    tokens = {name: int(value) for name, value in figures.items() if value is not None and name.endswith("tokens")}
    rest = {name: value for name, value in figures.items() if value is not None and not name.endswith("tokens")}
    return jobs.Usage.model_validate({**tokens, **rest}) if tokens or rest else None


_FIGURES: Mapping[str, tuple[str, ...]] = {
    "input_tokens": ("prompt_tokens", "input_tokens", "promptTokenCount"),
    "output_tokens": ("completion_tokens", "output_tokens", "candidatesTokenCount"),
    "total_tokens": ("total_tokens", "totalTokenCount"),
    "credits": ("credits",),
    "seconds": ("duration",),
}


def _numbers(found: Mapping[str, Json], keys: tuple[str, ...]) -> Iterator[float]:
    for key in keys:
        value = found.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
            yield value


def _words(choice: Mapping[str, Json]) -> str:
    for name in ("delta", "message"):
        said = choice.get(name)
        if isinstance(said, dict) and isinstance(said.get("content"), str):
            return str(said["content"])
    return ""


def _at(body: Mapping[str, Json], *path: str) -> list[Json]:
    """The list that lies there; an empty one where none does."""
    found: Json = body
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, list) else []
