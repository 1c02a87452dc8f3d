"""Lending: signed, expiring names for kept files, under which a provider may fetch them for a while."""

from pathlib import PurePosixPath

import itsdangerous

LOAN_S = 6 * 3600  # a task may wait for hours in a provider's queue before its inputs are read


class Expired(Exception):
    """The name was good once."""


class Wrong(Exception):
    """The name was never given."""


class Lender:
    """Signs and reads the names."""

    def __init__(self, *, secret: str, loan_s: int = LOAN_S) -> None:
        self._serializer = itsdangerous.URLSafeTimedSerializer(secret, salt="atelier.media")
        self._loan_s = loan_s

    def token(self, path: str) -> str:
        """A name for a kept file, with its extension at the end because some providers look at it."""
        return f"{self._serializer.dumps(path)}{PurePosixPath(path).suffix}"

    def path(self, token: str) -> str:
        """The kept file that a name stands for. Raises Expired, Wrong."""
        signed, _, _ = token.rpartition(".")
        try:
            path = self._serializer.loads(signed, max_age=self._loan_s)
        except itsdangerous.SignatureExpired:
            raise Expired from None
        except itsdangerous.BadData:
            raise Wrong from None
        if not isinstance(path, str):
            raise Wrong
        return path
