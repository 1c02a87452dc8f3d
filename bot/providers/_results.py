"""Reading a task's answer: status words, progress, outputs and errors, in every shape the documents print.

Nothing here switches on `object` or `model`: the same family answers with different ones (pages 079
and 081, 087 and 090).
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from bot import errors, ports
from bot.ports import TaskState
from bot.requests import Json

# Every status word that any page prints, in small letters; raw_status words stand in the same table.
STATES: Mapping[str, TaskState] = {
    "queued": TaskState.QUEUED,
    "pending": TaskState.QUEUED,
    "created": TaskState.QUEUED,
    "submitted": TaskState.QUEUED,
    "processing": TaskState.RUNNING,
    "in_progress": TaskState.RUNNING,
    "running": TaskState.RUNNING,
    "completed": TaskState.SUCCEEDED,
    "succeeded": TaskState.SUCCEEDED,
    "success": TaskState.SUCCEEDED,
    "failed": TaskState.FAILED,
    "error": TaskState.FAILED,
    "failure": TaskState.FAILED,
}

# What an error's code or message speaks of. The pages print few codes, so both languages' usual words are read;
# the first pattern that is found wins.
_TOPICS: Sequence[tuple[errors.Reason, re.Pattern[str]]] = (
    (
        errors.Reason.CONTENT,
        re.compile(
            r"(?:content|usage|safety)[ _-]?polic|polic(?:y|ies)[ _-]violat|content[ _-]filter"
            r"|violat\w*[^.;]{0,40}(?:polic|guideline|terms)|moderat(?:ion|ed|or)|(?<!case[ _-])sensitive"
            r"|nsfw|unsafe|safety|prohibited|inappropriate"
            r"|敏感|违规|违禁|违反.{0,12}(?:政策|规定|规则|准则|条款)|审核|内容安全|安全策略|不合规|色情|涉黄|涉政|风控",
            re.IGNORECASE,
        ),
    ),
    (
        errors.Reason.BALANCE,
        re.compile(
            r"insufficient[ _](?:user[ _])?(?:account[ _])?(?:quota|balance|credits?|funds)"
            r"|not enough (?:quota|balance|credits?)"
            r"|(?:quota|balance|credits?)[ _](?:(?:is|are|was|has been)[ _])?"
            r"(?:not[ _]enough|insufficient|exceeded|exhausted|used up|too low)"
            r"|(?:额度|余额|点数|积分)(?:不足|不够|已?用[尽完]|耗尽)|欠费",
            re.IGNORECASE,
        ),
    ),
    (
        errors.Reason.MODEL,
        re.compile(
            r"model[ _]not[ _]found|(?:unknown|unsupported|no such|invalid) model"
            r"|model\b[^.;,]{0,80}(?:not found|not exist|unavailable|not available|not enabled|not supported$|disabled)"
            r"|(?:access|permission)[^.;,]{0,40}\bmodel|无可用渠道"
            r"|模型[^,。,;]{0,60}(?:不存在|不可用|未启用|未开放|已下线|无权|没有权限|未找到)|(?:无权|没有权限)[^,。,;]{0,20}模型",
            re.IGNORECASE,
        ),
    ),
)

_LISTS = (("result", "outputs"), ("result", "audios"), ("metadata", "result_urls"), ("result_urls",), ("outputs",))
# The order in which one result's addresses are tried (the documents' own advice for grok, which covers the rest).
_SINGLES = (
    ("video_url",),
    ("audio_url",),
    ("result_url",),
    ("result", "video_url"),
    ("result", "audio_url"),
    ("output", "audio_url"),
    ("output", "video_url"),
)
_LAST = (("metadata", "url"),)


def topic(text: str) -> errors.Reason | None:
    """What an error's words speak of; None when it is none of content, balance and model."""
    return next((reason for reason, pattern in _TOPICS if pattern.search(text)), None)


def unwrap(body: Json) -> Mapping[str, Json]:
    """The task object, bare or inside {code, message, data}; empty when there is none."""
    if not isinstance(body, dict):
        return {}
    inner = body.get("data")
    return inner if isinstance(inner, dict) and not {"status", "id", "task_id"} & body.keys() else body


def task_id(body: Json) -> str | None:
    """The id to poll with: `id` first, because `task_id` differs from it on ten pages; None without a usable one."""
    task = unwrap(body)
    for name in ("id", "task_id"):
        value = task.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return None


def state(task: Mapping[str, Json]) -> tuple[TaskState | None, str]:
    """The mapped status and the word it was; None for an unknown word or none at all (then the word is "")."""
    words = [
        word.strip() for name in ("status", "raw_status") if isinstance(word := task.get(name), str) and word.strip()
    ]
    for word in words:
        if (known := STATES.get(word.lower())) is not None:
            return known, word
    return None, words[0] if words else ""


def progress(value: Json) -> int | None:
    """Percent from 45, 45.2, "45" or "45%"; None from anything else."""
    if isinstance(value, str) and re.fullmatch(r"\s*\d{1,4}(\.\d*)?\s*%?\s*", value):
        value = float(value.strip().rstrip("%"))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return min(max(int(value), 0), 100)


def error_words(body: Json) -> str:
    """Code and message of an error in any of its envelopes, "" when it says nothing.

    {error: {code, message, type}}, {error: "text"}, {success: false, message}, {code, message}, a bare text.
    """
    if isinstance(body, str):
        return body.strip()
    if not isinstance(body, dict):
        return ""
    if (error := body.get("error")) not in (None, "", {}):
        return error_words(error)
    message = body.get("message") or body.get("msg") or body.get("detail") or ""
    code = body.get("code")
    parts = [str(part) for part in (code, message) if part not in (None, "", "success") and not isinstance(part, bool)]
    return ": ".join(dict.fromkeys(parts))


def urls(task: Mapping[str, Json]) -> tuple[tuple[str, ...], ...]:
    """Per output the addresses to try in turn, each address once."""
    lists = [found for path in _LISTS if (found := tuple(dict.fromkeys(addresses(_at(task, path)))))]
    count = max(map(len, lists), default=1)
    taken: set[str] = set()
    outputs: list[list[str]] = []
    # Addresses that a list gives to a later output are no alternatives of the first.
    later = {url for found in lists for url in found[1:]}
    for index in range(count):
        listed = [found[index] for found in lists if index < len(found)]
        first = [] if index else [url for url in _singles(task, _SINGLES) if url not in later]
        last = [] if index else [url for url in _singles(task, _LAST) if url not in later]
        fresh = [url for url in dict.fromkeys([*first, *listed, *last]) if url not in taken]
        taken.update(fresh)
        outputs.append(fresh)
    return tuple(tuple(output) for output in outputs if output)


def failure(task: Mapping[str, Json], body: Json, *, words: str) -> ports.Status:
    """A failed task: its content was refused, or it just failed."""
    said = topic(error_words(task) or error_words(body))
    reason = errors.Reason.CONTENT if said is errors.Reason.CONTENT else errors.Reason.FAILED
    return ports.Status(
        state=TaskState.FAILED, progress=progress(task.get("progress")), failure=errors.Rejected(reason, words)
    )


def _singles(task: Mapping[str, Json], paths: Sequence[tuple[str, ...]]) -> Iterator[str]:
    for path in paths:
        yield from addresses(_at(task, path))


def _at(task: Json, path: tuple[str, ...]) -> Json:
    for name in path:
        task = task.get(name) if isinstance(task, dict) else None
    return task


def addresses(value: Json) -> Iterator[str]:
    """The http(s) addresses in a text, an object with `url`, or a list of either."""
    if isinstance(value, list):
        for item in value:
            yield from addresses(item) if not isinstance(item, list) else ()
    elif isinstance(value, dict):
        yield from addresses(value.get("url")) if isinstance(value.get("url"), str) else ()
    elif isinstance(value, str) and re.match(r"(?i)https?://\S", value.strip()):
        yield value.strip()
