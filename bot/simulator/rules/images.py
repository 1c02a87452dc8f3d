"""What may be asked of the picture models: pages 062, 063 and 066, and the chat form of 068."""

from collections.abc import Mapping

from bot.simulator import drafts, models, refusals
from bot.simulator.rules import checks

RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")  # 062 chapter 9, 068
REFERENCES = ("image", "images", "image_url", "image_urls")
MOST_PICTURES = 10  # for Nano; "the upstream's limit", which 062 doesn't say

SIZES = (  # 062 chapter 5.5
    *("1024x768", "1344x1024", "1280x1024", "1360x768", "1536x864", "1536x1024", "2048x1024", "2016x864"),
    *("768x1024", "1024x1344", "1024x1280", "768x1360", "864x1536", "1024x1536", "1024x2048", "864x2016"),
    *("1920x1080", "2048x1360", "2048x1536", "2160x1440", "2048x1152", "2688x1344", "2688x1152", "2560x1440"),
    *("1080x1920", "1360x2048", "1536x2048", "1440x2160", "1152x2048", "1344x2688", "1152x2688", "1440x2560"),
    *("2560x2048", "3264x2448", "3504x2336", "3840x1920", "3840x1648", "3840x2160"),
    *("2048x2560", "2448x3264", "2336x3504", "1920x3840", "1648x3840", "2160x3840"),
    *("1024x1024", "1536x1536", "2048x2048", "2880x2880"),
)

_SHARED: dict[str, checks.Check] = {
    "model": checks.text,
    "prompt": checks.text,
    "image": checks.url_or_object,
    "images": checks.urls,
    "image_url": checks.url,
    "image_urls": checks.urls,
    "response_format": checks.one_of("url"),
}
_TASK_TYPE = checks.one_of("text2image", "image2image")


def judge(draft: drafts.Draft) -> str:
    """Refuse what the pages forbid; answer which operation this is."""
    if draft.path == models.CHAT:
        return _chat(draft)
    body = _typed(draft)
    known = _gpt_image(body) if draft.model in models.GPT_IMAGE.ids else _nano(draft.model)
    if draft.path == models.IMAGE_TASKS:
        known = known | {"task_type": _TASK_TYPE}
    checks.fields({name: value for name, value in body.items() if name not in _files(draft)}, known)
    checks.need(body, "prompt", *(["size"] if draft.model in models.GPT_IMAGE.ids else []))
    checks.at_most_one(body, *REFERENCES)
    return _operation(draft, body)


def _typed(draft: drafts.Draft) -> dict[str, object]:
    """The body with the one number that a multipart form can only carry as text."""
    body = draft.logged_body
    count = body.get("n")
    if draft.content_type == "multipart/form-data" and isinstance(count, str) and count.isdigit():
        body["n"] = int(count)
    for upload in draft.uploads:
        if upload.field != "image":  # 062 chapter 4.3: files go under `image`
            raise refusals.Refused("Files are sent as `image`.", param=upload.field)
        if not upload.data:
            raise refusals.Refused("`image` is an empty file.", param="image")
    return body


def _files(draft: drafts.Draft) -> set[str]:
    return {upload.field for upload in draft.uploads}


def _nano(model: str) -> dict[str, checks.Check]:
    formats = ("png", "jpeg", "webp") if model == "NanoBanana" else ("png", "jpeg")
    return _SHARED | {
        "aspect_ratio": checks.one_of(*RATIOS),
        "output_format": checks.one_of(*formats),
        "n": checks.whole(1, MOST_PICTURES),
        "size": checks.anything,
        "quality": checks.anything,
    }


def _gpt_image(body: dict[str, object]) -> dict[str, checks.Check]:
    if "aspect_ratio" in body:
        raise refusals.Refused("`aspect_ratio` is not supported; use `size`.", param="aspect_ratio")
    return _SHARED | {
        "size": checks.one_of(*SIZES),
        "quality": checks.one_of("low", "medium", "high"),
        "output_format": checks.one_of("png", "jpeg", "webp"),
        "n": checks.whole(1, 8),
    }


def _operation(draft: drafts.Draft, body: dict[str, object]) -> str:
    pictured = any(name in body for name in REFERENCES)
    if draft.path == models.IMAGE_EDITS:
        wanted = "image2image"
    elif draft.path == models.IMAGE_GENERATIONS:
        wanted = "text2image"
    else:
        wanted = str(body.get("task_type", "image2image" if pictured else "text2image"))
    if wanted == "image2image" and not pictured:
        raise refusals.Refused("`image` or `images` is required to edit a picture.", param="image")
    if draft.path == models.IMAGE_GENERATIONS and pictured:
        sent = next(name for name in REFERENCES if name in body)
        raise refusals.Refused(f"`{sent}` belongs to {models.IMAGE_EDITS}.", param=sent)
    return wanted


def _chat(draft: drafts.Draft) -> str:
    if draft.model == "NanoBananaPro-8K":  # not among the choices of 068
        raise refusals.Refused(f"`{draft.model}` is not offered on {models.CHAT}.", param="model")
    known: dict[str, checks.Check] = {
        "model": checks.text,
        "messages": checks.array,
        "stream": checks.flag,
        "extra_body": checks.mapping,
        "--aspect_ratio": checks.one_of(*RATIOS),
        "--output_format": checks.one_of("jpeg", "png", "webp"),
    }
    checks.fields(draft.body, known)
    checks.need(draft.body, "messages")
    _chat_ratio(draft.body.get("extra_body", {}))
    text, pictures = message(draft.body)
    if not text.strip():
        raise refusals.Refused("`messages` must hold a text.", param="messages")
    for picture in pictures:
        if complaint := checks.url(picture):
            raise refusals.Refused(f"`messages` image_url {complaint}.", param="messages")
    return "image2image" if pictures else "text2image"


def _chat_ratio(extra: object) -> None:
    name, sought = "extra_body", extra
    for step in ("google", "image_config"):
        if not isinstance(sought, dict):
            raise refusals.Refused(f"`{name}` must be an object.", param=name)
        name, sought = f"{name}.{step}", sought.get(step, {})
    if not isinstance(sought, dict):
        raise refusals.Refused(f"`{name}` must be an object.", param=name)
    checks.fields(sought, {"aspect_ratio": checks.one_of(*RATIOS)}, under=f"{name}.")


def message(body: Mapping[str, object]) -> tuple[str, list[object]]:
    """The text and the picture URLs of a chat body's messages; odd items are refused."""
    texts: list[str] = []
    pictures: list[object] = []
    messages = body.get("messages")
    for entry in messages if isinstance(messages, list) else []:
        content = entry.get("content") if isinstance(entry, dict) else None
        parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
        if not isinstance(parts, list):
            raise refusals.Refused("`messages` content must be a text or an array of parts.", param="messages")
        for part in parts:
            _part(part, texts, pictures)
    return "\n".join(texts), pictures


def _part(part: object, texts: list[str], pictures: list[object]) -> None:
    match part:
        case {"type": "text", "text": str(said)}:
            texts.append(said)
        case {"type": "image_url", "image_url": {"url": address}}:
            pictures.append(address)
        case _:
            raise refusals.Refused("`messages` holds a part that is neither text nor image_url.", param="messages")
