"""What a model writes: an answer on its way, and its words once they are kept."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot import jobs
from bot.commands import cards
from bot.media import MediaKind
from bot.replies import Prose, Reply, text


def growing(job: jobs.Job, words: str) -> Reply:
    """It is being written: as far as it is."""
    reply = cards.running(job, ready_at=None, now=job.created_at)
    return replace(reply, lines=(text("running.writing"),), prose=Prose(words=words, growing=True))


async def prose(
    job: jobs.Job, outputs: Sequence[jobs.Output], *, read: Callable[[str], Awaitable[str]]
) -> Prose | None:
    """The words that were made, one below the other; None where there are none. Raises StorageFault."""
    texts = [output for output in outputs if output.facts.kind is MediaKind.TEXT]
    words = "\n\n".join(filter(None, [(await read(output.path)).strip() for output in texts]))
    return Prose(words=words, files=cards.attachments(job, texts)) if words else None
