"""The pages' own bodies in the words of a preview: contents, chats and boxes of further options are unpacked."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.catalogue import _spec
from bot.errors import Invalid, Problem
from bot.requests import Json

CONTENT = "content"  # typed items with roles, as uniall's page 084 prints them
MESSAGES = "messages"  # what is said in a chat, as uniall's pages 068 and 089 print it
CONTENTS = "contents"  # the same in Gemini's form, as page 067 prints it
CONFIG = "generationConfig"
PARAMS = "params"  # the envelope of pxz (请求参数)
STREAM = "stream"
EXTRA = "extra_body"

ROLES: Mapping[str, Mapping[str, str]] = {
    # type of an item → its role → the medium it is
    "image_url": {"image": "image", "first_frame": "image", "last_frame": "last", "reference_image": "images"},
    "video_url": {"source_video": "video", "reference_video": "videos"},
    "audio_url": {"reference_audio": "audios"},
}


def unpacked(options: Mapping[str, Json]) -> dict[str, Json]:
    """The same options with nothing packed in: media by our names, words as the prompt. Raises Invalid."""
    said = dict(options)
    if not isinstance(stream := said.pop(STREAM, False), bool):  # how an answer comes is the route's affair
        raise Invalid(Problem(field=STREAM, rule="type", value=stream, allowed="true, false"))
    if PARAMS in said:
        said = _of_envelope(said)
    if CONTENT in said:
        said = _of_content(said)
    if MESSAGES in said:
        said = _of_chat(said)
    if CONTENTS in said or CONFIG in said:
        said = _of_gemini(said)
    if isinstance(extra := said.get(EXTRA), Mapping):
        media = {name: value for name, value in extra.items() if is_medium(name) and "://" in str(value)}
        said |= {**media, EXTRA: {name: value for name, value in extra.items() if name not in media}}
    return said


def is_medium(name: str) -> bool:
    """Whether a name is one of a medium, ours or a page's."""
    plain = name.strip().lower().replace("-", "_")
    return _spec.ALIASES.get(plain, plain) in _spec.MEDIA


def _of_envelope(said: dict[str, Json]) -> dict[str, Json]:
    """What lies in the envelope, beside what lies outside."""
    params = said.pop(PARAMS)
    if not isinstance(params, Mapping):
        raise Invalid(Problem(field=PARAMS, rule="type", value=params, allowed="an object"))
    if twice := said.keys() & params.keys():
        raise Invalid(Problem(field=min(twice), rule="conflict", allowed=f"in {PARAMS} or beside it"))
    return {**said, **params}


def _of_chat(said: dict[str, Json]) -> dict[str, Json]:
    """The words and pictures of one message; Google's box of further options is opened."""
    messages = said.pop(MESSAGES)
    if "prompt" in said:
        raise Invalid(Problem(field=MESSAGES, rule="conflict", allowed=f"prompt or {MESSAGES}, one of them"))
    match messages:
        case [{"role": "user", "content": str(words)}]:
            items: list[Any] = [{"type": "text", "text": words}]
        case [{"role": "user", "content": [*items]}]:
            pass
        case _:
            raise Invalid(Problem(field=MESSAGES, rule="type", value=messages, allowed="one message of a user"))
    texts, pictures = [], []
    for item in items:
        match item:
            case {"type": "text", "text": str(words)}:
                texts.append(words)
            case {"type": "image_url", "image_url": {"url": str(url)}}:
                pictures.append(url)
            case _:
                raise Invalid(Problem(field=MESSAGES, rule="type", value=item, allowed="text, image_url"))
    google = (said.pop(EXTRA, None) or {}).get("google") or {}
    further = {name.lstrip("-"): value for name, value in said.items()}  # --aspect_ratio, as one table prints it
    return {**further, **(google.get("image_config") or {}), "prompt": "\n".join(texts), "image": pictures}


def _of_gemini(said: dict[str, Json]) -> dict[str, Json]:
    """The words of one message, and what lies in the boxes, by the way to it. Pictures are given beside them."""
    contents, boxes = said.pop(CONTENTS, []), said.pop(CONFIG, None) or {}
    if "prompt" in said and contents:
        raise Invalid(Problem(field=CONTENTS, rule="conflict", allowed=f"prompt or {CONTENTS}, one of them"))
    if not isinstance(boxes, Mapping):
        raise Invalid(Problem(field=CONFIG, rule="type", value=boxes, allowed="an object"))
    match contents:
        case []:
            texts = []
        case [{"parts": [*parts]}]:
            texts = [str(part["text"]) for part in parts if isinstance(part, Mapping) and set(part) == {"text"}]
            if len(texts) < len(parts):
                raise Invalid(Problem(field=CONTENTS, rule="type", allowed="text, and pictures as files beside it"))
        case _:
            raise Invalid(Problem(field=CONTENTS, rule="type", value=contents, allowed="one message of a user"))
    found = dict(_flat(boxes, f"{CONFIG}."))
    if found.get(modalities := f"{CONFIG}.responseModalities") == ["IMAGE"]:  # as every example has it
        del found[modalities]
    return {**said, **found, **({"prompt": "\n".join(texts)} if texts else {})}


def _flat(box: Mapping[str, Json], way: str) -> Iterator[tuple[str, Json]]:
    for name, value in box.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{way}{name}.")
        else:
            yield f"{way}{name}", value


def _of_content(said: dict[str, Json]) -> dict[str, Json]:
    """`content` counts more than `operation`, which the page ignores beside it."""
    items = said.pop(CONTENT)
    extra = said.get(EXTRA)
    if isinstance(extra, Mapping):
        said[EXTRA] = {name: value for name, value in extra.items() if name != "operation"}
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise Invalid(Problem(field=CONTENT, rule="type", value=items, allowed="a list of objects"))
    texts = [text for item in items if item.get("type") == "text" for text in _texts(item)]
    if not texts:
        raise Invalid(Problem(field=CONTENT, rule="missing", allowed="an item of the type text"))
    found: dict[str, list[Json]] = {}
    for name, url in _media(items):
        found.setdefault(name, []).append(url)
    return {**said, "prompt": said.get("prompt") or "\n".join(texts), **found}


def _texts(item: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(text := item.get("text"), str) or not text.strip():
        raise Invalid(Problem(field=f"{CONTENT}.text", rule="missing"))
    yield text


def _media(items: list[Mapping[str, Any]]) -> Iterator[tuple[str, Json]]:
    for item in items:
        kind, role = item.get("type"), item.get("role")
        if kind == "text":
            continue
        if not isinstance(kind, str) or kind not in ROLES:
            allowed = ", ".join(("text", *ROLES))
            raise Invalid(Problem(field=f"{CONTENT}.type", rule="choice", value=kind, allowed=allowed))
        if not isinstance(role, str) or role not in ROLES[kind]:
            raise Invalid(Problem(field=f"{CONTENT}.role", rule="choice", value=role, allowed=", ".join(ROLES[kind])))
        yield ROLES[kind][role], item.get("url")
