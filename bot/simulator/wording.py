"""Wording: what a person wrote into a request, wherever its format puts it."""

from collections.abc import Iterator

WRITTEN = frozenset({"prompt", "text", "input", "content", "preview_text"})
"""The keys under which formats keep a person's words; the text of a chat's parts and messages among them."""


def said(body: object) -> str:
    """All words of a body, in their order, one line each."""
    return "\n".join(_words(body, written=False))


def _words(value: object, *, written: bool) -> Iterator[str]:
    if isinstance(value, str):
        if written:
            yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _words(inner, written=name in WRITTEN)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner, written=False)
