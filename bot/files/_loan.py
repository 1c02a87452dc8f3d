"""Lending: signed, expiring names for kept files, under which they may be fetched for a while."""

from pathlib import PurePosixPath

import itsdangerous

LOAN_S = 6 * 3600  # a task may wait for hours in a provider's queue before its inputs are read


class Expired(Exception):
    """The name was good once."""


class Wrong(Exception):
    """The name was never given."""


class Lender:
    """Signs and reads the names under which providers fetch."""

    def __init__(self, *, secret: str, loan_s: int = LOAN_S) -> None:
        self._signer = _Signer(secret, salt="atelier.media", lasts_s=loan_s)

    def token(self, path: str) -> str:
        """A name for a kept file, with its extension at the end because some providers look at it."""
        return self._signer.token(path, suffix=PurePosixPath(path).suffix)

    def path(self, token: str) -> str:
        """The kept file that a name stands for. Raises Expired, Wrong."""
        path = self._signer.read(token)
        if not isinstance(path, str):
            raise Wrong
        return path


class Linker:
    """Signs and reads the names under which people download a result that was too large for their platform."""

    def __init__(self, *, secret: str, lasts_s: int) -> None:
        self._signer = _Signer(secret, salt="atelier.link", lasts_s=lasts_s)

    def token(self, path: str, *, name: str) -> str:
        """A name for a kept file that is downloaded as `name`."""
        return self._signer.token([path, name], suffix=PurePosixPath(name).suffix)

    def read(self, token: str) -> tuple[str, str]:
        """The kept file, and as what it is downloaded. Raises Expired, Wrong."""
        match self._signer.read(token):
            case [str(path), str(name)]:
                return path, name
            case _:
                raise Wrong


class _Signer:
    """Values as words that only we can have written, for a while."""

    def __init__(self, secret: str, *, salt: str, lasts_s: int) -> None:
        self._serializer = itsdangerous.URLSafeTimedSerializer(secret, salt=salt)
        self._lasts_s = lasts_s

    def token(self, value: object, *, suffix: str) -> str:
        return f"{self._serializer.dumps(value)}{suffix}"

    def read(self, token: str) -> object:
        signed, _, _ = token.rpartition(".")
        try:
            return self._serializer.loads(signed, max_age=self._lasts_s)
        except itsdangerous.SignatureExpired:
            raise Expired from None
        except itsdangerous.BadData:
            raise Wrong from None
