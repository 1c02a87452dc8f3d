"""Pages: a model's words in as many messages as they take, or their beginning with the whole of them as a file."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot import replies
from bot.commands import prose
from bot.commands.prose import Block

PAGES = 3  # messages that are still read one after another; a longer answer is a file
_READ = 30_000  # characters that are looked at: more fit no platform's pages

Draw: TypeAlias = Callable[[Sequence[Block]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What one platform's message takes."""

    draw: Draw  # blocks as that platform's markup
    size: Callable[[str], int]  # characters of it, as the platform counts them
    room: int  # characters of a page
    before: int = 0  # of these, what stands above the first page

    def fits(self, blocks: Sequence[Block], *, page: int = 0) -> bool:
        """Whether they have room on one page."""
        return self.size(self.draw(blocks)) <= self.room - (0 if page else self.before)


def laid(reply: replies.Reply, paper: Paper) -> tuple[replies.Reply, tuple[str, ...]]:
    """The reply with its words on pages.

    An answer that is still being written is the end of it on one page. What is too long comes as the reply's file, with
    its beginning on one page and a line that says so.
    """
    if reply.prose is None:
        return reply, ()
    words = reply.prose.words
    if reply.prose.growing:
        return reply, (paper.draw(_end(prose.blocks(words[-_READ:]), paper)),)
    found = _pages(prose.blocks(words[:_READ]), paper)
    if len(found) <= PAGES and len(words) <= _READ:
        return reply, tuple(paper.draw(page) for page in found)
    return _shortened(reply, reply.prose.files), (f"{paper.draw(found[0])}\n…",)


def _shortened(reply: replies.Reply, files: Sequence[replies.Attachment]) -> replies.Reply:
    """The reply with the words as its files, which its last line names."""
    if not files:
        return reply
    last = replies.text("answer.beginning", file=files[0].name, line=reply.lines[-1])
    return replace(reply, lines=(*reply.lines[:-1], last), media=(*reply.media, *files))


def _pages(blocks: Sequence[Block], paper: Paper) -> list[tuple[Block, ...]]:
    """All blocks, as many to a page as fit; one that is longer than a page is parted. One page more than is shown."""
    pages: list[tuple[Block, ...]] = [()]
    left = deque(blocks)
    while left and len(pages) <= PAGES + 1:
        block = left.popleft()
        if paper.fits((*pages[-1], block), page=len(pages) - 1):
            pages[-1] = (*pages[-1], block)
            continue
        kept, rest = (None, block) if pages[-1] and paper.fits((block,), page=1) else _parted(block, pages, paper)
        left.appendleft(rest)
        pages[-1] = (*pages[-1], kept) if kept else pages[-1]
        pages.append(())
    return [page for page in pages if page]


def _end(blocks: Sequence[Block], paper: Paper) -> Sequence[Block]:
    """The last blocks, as many as fit; of one that is too long, its end."""
    last = list(blocks)
    while len(last) > 1 and not paper.fits(last):
        last.pop(0)
    for _ in range(_READ):
        if not last or paper.fits(last):
            break
        last = [_parted(last[0], [()], paper)[1]]
    return last


def _parted(block: Block, pages: Sequence[tuple[Block, ...]], paper: Paper) -> tuple[Block | None, Block]:
    """As much of it as the last page has room for, up to the end of a line, sentence or word near there, and the rest.

    None where that is nothing; an empty page takes a character at least.
    """
    low, high = 0, len(block)
    while low < high:
        middle = (low + high + 1) // 2
        fits = paper.fits((*pages[-1], block.parted(middle)[0]), page=len(pages) - 1)
        low, high = (middle, high) if fits else (low, middle - 1)
    if low == 0 and pages[-1]:
        return None, block
    words = "".join(span.words for span in block.spans)[:low]
    ends = (words.rfind(sign) + len(sign) for sign in ("\n", ". ", "。", " "))
    return block.parted(next((end for end in ends if end > low // 2), max(1, low)))
