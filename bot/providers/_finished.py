"""Answers of blocking endpoints: the result itself, in every shape that the documents print or name.

Shapes (numbers: the list of result shapes in our contracts): 12 and 20 `{created, data: [{url | b64_json}]}`,
13 Gemini's `candidates[].content.parts[].inlineData`, 14, 15 and 24 a chat's answer, 16 a voice with `voice_id` and
`outputs`. Named and not printed: Ideogram's `data[].is_image_safe` and `{descriptions: [{text}]}`. Nothing switches on
`object` or `model`: they echo all sorts of things.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping

from bot import errors, jobs, ports, voices
from bot.errors import Reason
from bot.media import MediaKind
from bot.ports import TaskState
from bot.providers import _results, _talk
from bot.requests import Json


def finished(body: Json, *, makes: MediaKind | None) -> ports.Status | None:
    """The result that an answer holds; None when it holds none that we know."""
    if not isinstance(body, dict):
        return None
    for read in (_pictures, _described, _gemini, _voice):
        if (status := read(body)) is not None:
            return status
    if "choices" not in body and "content" not in body:
        return None
    talk = _talk.Talk(makes=makes)
    talk.read(body)
    return talk.status(ended=True)


def _pictures(body: Mapping[str, Json]) -> ports.Status | None:
    data = body.get("data")
    if not isinstance(data, list):
        return None
    found = tuple(output for item in data if (output := tuple(_origins(item))))
    if not found and any(isinstance(item, dict) and item.get("is_image_safe") is False for item in data):
        return ports.Status(state=TaskState.FAILED, failure=errors.Rejected(Reason.CONTENT, "is_image_safe: false"))
    return _succeeded(found, body)


def _described(body: Mapping[str, Json]) -> ports.Status | None:
    told = body.get("descriptions")
    if not isinstance(told, list):
        return None
    texts = (str(item.get("text") or "").strip() for item in told if isinstance(item, dict))
    words = "\n\n".join(text for text in texts if text)
    return _succeeded(((ports.Inline(content=words.encode()),),) if words else (), body)


def _origins(item: Json) -> Iterator[ports.Origin]:
    if not isinstance(item, dict):
        return
    if (content := _decoded(item.get("b64_json"))) is not None:
        yield ports.Inline(content=content)
    if isinstance(url := item.get("url"), str):
        yield from _linked(url)


def _linked(url: str) -> Iterator[ports.Origin]:
    """An address, or the content itself where it is written as a `data:` URL."""
    head, comma, content = url.partition(",")
    if head.startswith("data:") and comma:
        if (decoded := _decoded(content)) is not None:
            yield ports.Inline(content=decoded)
    elif url.startswith(("http://", "https://")):
        yield ports.Source(url=url)


def _gemini(body: Mapping[str, Json]) -> ports.Status | None:
    """Page 067; a refusal comes as an answer without a picture that says why."""
    candidates = body.get("candidates")
    blocked = body.get("promptFeedback")
    if not isinstance(candidates, list) and not isinstance(blocked, dict):
        return None
    found = [candidate for candidate in candidates or () if isinstance(candidate, dict)]
    outputs = tuple((ports.Inline(content=content),) for candidate in found for content in _inline(candidate))
    if outputs:
        return _succeeded(outputs, body)
    why = [str(c.get("finishReason") or "") for c in found] + [str((blocked or {}).get("blockReason") or "")]
    said = next((word for word in why if word not in ("", "STOP")), "")
    reason = Reason.CONTENT if _results.topic(said.replace("_", " ")) is Reason.CONTENT else Reason.FAILED
    return ports.Status(state=TaskState.FAILED, failure=errors.Rejected(reason, said))


def _inline(candidate: Mapping[str, Json]) -> Iterator[bytes]:
    content = candidate.get("content")
    parts = content.get("parts") if isinstance(content, dict) else None
    for part in parts if isinstance(parts, list) else ():
        data = (part.get("inlineData") or part.get("inline_data")) if isinstance(part, dict) else None
        if isinstance(data, dict) and (decoded := _decoded(data.get("data"))) is not None:
            yield decoded


def _voice(body: Mapping[str, Json]) -> ports.Status | None:
    """Page 059: the voice is for speaking with; what it sounds like is the result."""
    inner = body.get("voice")
    boxes = (body, inner if isinstance(inner, dict) else {})
    voice = next((id for box in boxes if isinstance(id := box.get("voice_id"), str) and id.strip()), None)
    if voice is None:
        return None
    samples = dict.fromkeys(url for box in boxes for url in _results.addresses(box.get("preview_audio_url")))
    listed = _results.urls(body) or ((tuple(samples),) if samples else ())
    outputs = tuple(tuple(ports.Source(url=url) for url in urls) for urls in listed)
    speaks = jobs.Action(id=voice.strip(), label=voices.SPEAKS, task_id=str(body.get("task_id") or ""))
    return ports.Status(state=TaskState.SUCCEEDED, outputs=outputs, actions=(speaks,))


def _succeeded(outputs: tuple[tuple[ports.Origin, ...], ...], body: Mapping[str, Json]) -> ports.Status:
    return ports.Status(state=TaskState.SUCCEEDED, outputs=outputs, usage=_talk.usage(body))


def _decoded(value: Json) -> bytes | None:
    if not isinstance(value, str) or not value:
        return None
    try:
        return base64.b64decode(value.rpartition("base64,")[2], validate=True)
    except (binascii.Error, ValueError):
        return None
