"""Chats: the messages that people and models exchange, in the form that several providers borrow."""

from bot.simulator import checks, refusals


def judge(messages: object) -> list[object]:
    """The pictures that messages show; refuses messages that are odd or say nothing."""
    texts: list[str] = []
    pictures: list[object] = []
    for entry in messages if isinstance(messages, list) else []:
        content = entry.get("content") if isinstance(entry, dict) else None
        parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
        if not isinstance(parts, list):
            raise refusals.Refused("`messages` content must be a text or an array of parts.", param="messages")
        for part in parts:
            _part(part, texts, pictures)
    if not "\n".join(texts).strip():
        raise refusals.Refused("`messages` must hold a text.", param="messages")
    for picture in pictures:
        if complaint := checks.url(picture):
            raise refusals.Refused(f"`messages` image_url {complaint}.", param="messages")
    return pictures


def _part(part: object, texts: list[str], pictures: list[object]) -> None:
    match part:
        case {"type": "text", "text": str(said)}:
            texts.append(said)
        case {"type": "image_url", "image_url": {"url": address}}:
            pictures.append(address)
        case _:
            raise refusals.Refused("`messages` holds a part that is neither text nor image_url.", param="messages")
