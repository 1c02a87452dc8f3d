"""A model's words as Telegram's HTML: what they style is styled, nothing in them is a name, a tag or a command."""

import html
from collections.abc import Iterator, Sequence

from adapters.telegram import markup
from bot.commands.prose import Block, Shape, Span

_GAP = "\N{NO-BREAK SPACE}" * 4  # before an item of a list within a list


def drawn(blocks: Sequence[Block]) -> str:
    """Blocks one below the other."""
    return "".join(_parts(blocks))


def _parts(blocks: Sequence[Block]) -> Iterator[str]:
    for n, block in enumerate(blocks):
        if n:
            yield "\n" if block.close else "\n\n"
        lines = f"{_GAP * block.depth}{block.lead and f'{block.lead} '}{_block(block)}"
        yield f"<blockquote>{lines}</blockquote>" if block.quoted and block.shape is not Shape.CODE else lines


def _block(block: Block) -> str:
    words = "".join(span.words for span in block.spans)
    code = words.rstrip("\n")
    match block.shape:
        case Shape.CODE if block.language:
            language = html.escape(block.language)
            return f'<pre><code class="language-{language}">{markup.escaped(code)}</code></pre>'
        case Shape.CODE:
            return f"<pre>{markup.escaped(code)}</pre>"
        case Shape.HEADING:
            return _styled(words, ("b",))
        case Shape.TEXT:
            return "".join(map(_span, block.spans))


def _span(span: Span) -> str:
    if span.code:
        return f"<code>{markup.escaped(span.words)}</code>"
    tags = tuple(tag for tag, wanted in (("b", span.bold), ("i", span.italic), ("s", span.struck)) if wanted)
    if span.url:
        link = markup.escaped(span.url)  # it shows where it leads, and Telegram makes it a link
        return link if span.words == span.url else f"{_styled(span.words, tags)} ({link})"
    return _styled(span.words, tags)


def _styled(words: str, tags: Sequence[str]) -> str:
    """What Telegram would mark by itself is code, and code goes with no other style."""
    opened, closed = "".join(f"<{tag}>" for tag in tags), "".join(f"</{tag}>" for tag in reversed(tags))
    return "".join(
        f"<code>{piece}</code>" if dead else f"{opened}{piece}{closed}" for piece, dead in markup.pieces(words) if piece
    )
