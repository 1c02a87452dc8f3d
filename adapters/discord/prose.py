"""A model's words as Discord's own markup: what they style is styled, whom they name is not called, links are open."""

import re
from collections.abc import Iterator, Sequence

from adapters.discord.markup import DiscordMarkup
from bot.commands.prose import Block, Shape, Span

_MARKUP = DiscordMarkup()
_FENCE, _APART = "```", "\N{ZERO WIDTH SPACE}"
_GAP = "\N{NO-BREAK SPACE}" * 4  # before an item of a list within a list
_BLANKS = re.compile(r"^(\s*)(.*?)(\s*)$", re.DOTALL)


def drawn(blocks: Sequence[Block]) -> str:
    """Blocks one below the other."""
    return "".join(_parts(blocks))


def _parts(blocks: Sequence[Block]) -> Iterator[str]:
    for n, block in enumerate(blocks):
        if n:
            yield "\n" if block.close else "\n\n"
        lines = f"{_GAP * block.depth}{block.lead and f'{block.lead} '}{_block(block)}"
        yield "\n".join(f"> {line}" for line in lines.split("\n")) if block.quoted else lines


def _block(block: Block) -> str:
    words = "".join(span.words for span in block.spans)
    code = words.rstrip("\n")
    match block.shape:
        case Shape.CODE:
            return f"{_FENCE}{block.language}\n{code.replace(_FENCE, _APART.join(_FENCE))}\n{_FENCE}"
        case Shape.HEADING:
            return _MARKUP.bold(_MARKUP.escape(words))
        case Shape.TEXT:
            return "".join(map(_span, block.spans))


def _span(span: Span) -> str:
    if span.code:
        return _MARKUP.code(span.words)
    if span.url:
        link = f"<{span.url}>"  # in brackets, so that no picture of it unfolds below
        return link if span.words == span.url else f"{_styled(span)} ({link})"
    return _styled(span)


def _styled(span: Span) -> str:
    """Styles touch the words they belong to: a blank between a sign and its word undoes it."""
    found = _BLANKS.match(span.words)
    assert found is not None
    before, words, after = found.groups()
    if not words:
        return span.words
    safe = _MARKUP.escape(words)
    for wanted, sign in ((span.struck, "~~"), (span.italic, "*"), (span.bold, "**")):
        safe = f"{sign}{safe}{sign}" if wanted else safe
    return f"{before}{safe}{after}"
