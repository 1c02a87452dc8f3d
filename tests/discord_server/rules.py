"""What Discord asks of a message beyond its published description."""

import re
from collections import Counter
from urllib.parse import urlsplit

from tests.discord_server import messages
from tests.discord_server.attachments import File
from tests.discord_server.refusals import Json, Problems, Refused, too_large

CONTENT, EMBEDS, EMBED_SUM, ROWS, BUTTONS, LABEL, CUSTOM_ID, V2_PARTS, FILES = 2000, 10, 6000, 5, 5, 80, 100, 40, 10
EMBED_TEXTS = {("title",): 256, ("description",): 4096, ("footer", "text"): 2048, ("author", "name"): 256}
ACTION_ROW, BUTTON, SELECTS, TEXT_INPUT = 1, 2, (3, 5, 6, 7, 8), 4
LINK, PREMIUM = 5, 6
V2_ONLY = (9, 10, 11, 12, 13, 14, 17)


def check(payload: Json, problems: Problems) -> None:
    """Everything that can be told from the body alone."""
    _check_text(payload, problems)
    _check_embeds(payload.get("embeds") or [], problems)
    _check_components(payload, problems)
    _check_mentions(payload.get("allowed_mentions") or {}, problems)


def check_files(files: dict[int, File], *, limit: int) -> None:
    """Refuse a file over the limit, in bytes, or too many of them."""
    if len(files) > FILES:
        raise Refused(400, 30015, f"Maximum number of attachments in a message reached ({FILES})", kind="form")
    if any(len(file.data) > limit for file in files.values()):
        raise too_large()


def check_empty(message: messages.Message) -> None:
    """Refuse a message in which there is nothing."""
    if not (message.content.strip() or message.embeds or message.attachments or message.components):
        raise Refused(400, 50006, "Cannot send an empty message", kind="form")


def _check_text(payload: Json, problems: Problems) -> None:
    content = payload.get("content") or ""
    if isinstance(content, str) and len(content) > CONTENT:
        problems.add("content", "BASE_TYPE_MAX_LENGTH", f"Must be {CONTENT} or fewer in length.")
    if int(payload.get("flags") or 0) & messages.V2:
        for key in ("content", "embeds", "poll", "sticker_ids"):
            if payload.get(key):
                message = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                problems.add(key, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)


def _check_mentions(allowed: Json, problems: Problems) -> None:
    for key in ("users", "roles"):
        if allowed.get(key) and key in (allowed.get("parse") or ()):
            message = f'parse:["{key}"] and {key}: [ids...] are mutually exclusive.'
            problems.add("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)


def _check_embeds(embeds: list[Json], problems: Problems) -> None:
    if len(embeds) > EMBEDS:
        problems.add("embeds", "BASE_TYPE_MAX_LENGTH", f"Must be {EMBEDS} or fewer in length.")
    for index, embed in enumerate(embeds):
        _check_embed(embed, f"embeds.{index}", problems)
    if sum(map(_embed_length, embeds)) > EMBED_SUM:
        problems.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {EMBED_SUM}")


def _embed_length(embed: Json) -> int:
    fields = embed.get("fields") or []
    texts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text")]
    texts += [(embed.get("author") or {}).get("name")]
    texts += [text for one in fields for text in (one.get("name"), one.get("value"))]
    return sum(len(text or "") for text in texts)


def _check_embed(embed: Json, path: str, problems: Problems) -> None:
    for (key, *below), most in EMBED_TEXTS.items():
        text = (embed.get(key) or {}).get(below[0]) if below else embed.get(key)
        if len(text or "") > most:
            place = ".".join([path, key, *below])
            problems.add(place, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
    for index, field in enumerate(embed.get("fields") or []):
        for key, most in (("name", 256), ("value", 1024)):
            if not 0 < len((field.get(key) or "").strip()) <= most:
                problems.add(f"{path}.fields.{index}.{key}", "BASE_TYPE_REQUIRED", f"Must be 1 to {most} in length.")
    links = [("url", embed.get("url"), False), ("author.url", (embed.get("author") or {}).get("url"), False)]
    links += [(f"{key}.url", (embed.get(key) or {}).get("url"), True) for key in ("image", "thumbnail", "video")]
    links += [(f"{key}.icon_url", (embed.get(key) or {}).get("icon_url"), True) for key in ("author", "footer")]
    for key, url, attached in links:
        if url:
            _check_url(
                url, f"{path}.{key}", problems, schemes=("http", "https", *(("attachment",) if attached else ()))
            )


def _check_url(url: str, path: str, problems: Problems, *, schemes: tuple[str, ...]) -> None:
    parts = urlsplit(url)
    if parts.scheme not in schemes:
        message = f'Scheme "{parts.scheme}" is not supported. Scheme must be one of {schemes}.'
        problems.add(path, "URL_TYPE_INVALID_SCHEME", message)
    elif (
        parts.scheme.startswith("http") and not re.fullmatch(r"[\w.-]+\.[\w-]+|localhost|[\d.]+", parts.hostname or "")
    ) or re.search(r"\s", url):
        problems.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")


def _check_components(payload: Json, problems: Problems) -> None:
    components = payload.get("components") or []
    v2 = int(payload.get("flags") or 0) & messages.V2
    flat = messages.flat(components)
    if v2 and len(flat) > V2_PARTS:
        problems.add("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", f"At most {V2_PARTS} in total")
    if not v2:
        _check_legacy(components, problems)
    for row, path in _rows(components, "components"):
        _check_row(row, path, problems)
    seen = Counter(one["custom_id"] for one in flat if one.get("custom_id"))
    for custom_id in [one for one, times in seen.items() if times > 1]:
        message = f"Component custom id cannot be duplicated: {custom_id}"
        problems.add("components", "COMPONENT_CUSTOM_ID_DUPLICATED", message)


def _check_legacy(components: list[Json], problems: Problems) -> None:
    if len(components) > ROWS:
        problems.add("components", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {ROWS} in length.")
    for index, one in enumerate(components):
        if one.get("type") != ACTION_ROW:
            message = f"Value of field 'type' must be ({ACTION_ROW},) without MessageFlags.IS_COMPONENTS_V2"
            problems.add(f"components.{index}.type", "UNION_TYPE_CHOICES", message)


def _rows(components: list[Json], path: str) -> list[tuple[Json, str]]:
    found = []
    for index, one in enumerate(components):
        here = f"{path}.{index}"
        if one.get("type") == ACTION_ROW:
            found.append((one, here))
        else:
            found += _rows(one.get("components") or [], f"{here}.components")
    return found


def _check_row(row: Json, path: str, problems: Problems) -> None:
    parts = row.get("components") or []
    most = 1 if any(one.get("type") in SELECTS for one in parts) else BUTTONS
    if not 1 <= len(parts) <= most:
        problems.add(f"{path}.components", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {most} in length.")
    for index, one in enumerate(parts):
        if one.get("type") == BUTTON:
            _check_button(one, f"{path}.components.{index}", problems)


def _check_button(button: Json, path: str, problems: Problems) -> None:
    link, custom_id = button.get("url"), button.get("custom_id")
    style = button.get("style")
    if len(button.get("label") or "") > LABEL:
        problems.add(f"{path}.label", "BASE_TYPE_MAX_LENGTH", f"Must be {LABEL} or fewer in length.")
    if len(custom_id or "") > CUSTOM_ID:
        problems.add(f"{path}.custom_id", "BASE_TYPE_MAX_LENGTH", f"Must be {CUSTOM_ID} or fewer in length.")
    if style == LINK and (not link or custom_id):
        problems.add(path, "BUTTON_COMPONENT_INVALID_URL", "A link button takes a url and no custom id")
    if style not in (LINK, PREMIUM) and (link or not custom_id):
        problems.add(path, "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A button takes a custom id and no url")
    if not (button.get("label") or button.get("emoji") or style == PREMIUM):
        problems.add(path, "BUTTON_COMPONENT_INVALID_LABEL", "A button takes a label or an emoji")
    if link:
        _check_url(link, f"{path}.url", problems, schemes=("http", "https", "discord"))
