"""Ids: short and typable for jobs, opaque for accounts."""

import hashlib
import secrets
from collections.abc import Iterator
from typing import Final

from bot import errors, ports
from bot.requests import AccountId

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: read aloud and typed by hand
LENGTH: Final = 4  # grows where a short one is taken
DRAFT_LENGTH: Final = 6  # likewise


def looks_like_job(word: str) -> bool:
    """Whether a word may be a job's id."""
    return LENGTH <= len(word) <= 2 * LENGTH and all(c in LETTERS for c in word.upper())


async def free_job_id(rows: ports.Transaction) -> str:
    """An id that no job has yet."""
    for extra in range(LENGTH):
        for _ in range(4):
            id = "".join(secrets.choice(LETTERS) for _ in range(LENGTH + extra))
            if await rows.jobs.get(id) is None:
                return id
    raise errors.Fault("no free job id was found")


def new_account_id() -> AccountId:
    """An account's id says nothing about the person."""
    return AccountId(f"acc_{secrets.token_hex(8)}")


def new_community_id() -> str:
    """A community's id stays when its platform gives it another."""
    return secrets.token_hex(6)


def draft_ids(platform: str, key: str) -> Iterator[str]:
    """Ids for the question that an event asks, typed by hand on text platforms; longer ones where one is taken.

    They follow from the event, so that one which comes twice finds its own question.
    """
    digest = hashlib.sha256(f"{platform}:{key}".encode()).digest()
    letters = "".join(LETTERS[byte % len(LETTERS)] for byte in digest)
    yield from (letters[:length] for length in range(DRAFT_LENGTH, len(letters), 2))
