"""Ids: short and typable for jobs, opaque for accounts."""

import secrets
from typing import Final

from bot import errors, ports
from bot.requests import AccountId

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: read aloud and typed by hand
LENGTH: Final = 4  # grows where a short one is taken


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


def new_draft_id() -> str:
    """A question's id, typed by hand on text platforms."""
    return secrets.token_hex(3).upper()
