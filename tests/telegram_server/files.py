"""Files the server keeps: what the bot or a person sent, each with an id that is bound to its kind."""

import base64
import hashlib
import itertools
from dataclasses import dataclass, field
from typing import Any

from tests.telegram_server.refusals import bad

DOWNLOAD_MAX = 20 * 1024 * 1024  # bytes that getFile hands out
_FOLDERS = {
    "photo": "photos",
    "video": "videos",
    "audio": "music",
    "voice": "voice",
    "animation": "animations",
    "document": "documents",
    "thumbnail": "thumbnails",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A part of a request that is a file."""

    name: str
    mime: str
    data: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One stored file."""

    file_id: str
    unique_id: str
    kind: str
    path: str  # as getFile tells it
    name: str
    mime: str
    data: bytes = field(repr=False)
    claimed_bytes: int | None = None  # a size that a test claims, so that it needn't send so much

    @property
    def size(self) -> int:
        return len(self.data) if self.claimed_bytes is None else self.claimed_bytes

    def ids(self) -> dict[str, Any]:
        """The fields that every media type has."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size}


class Shelf:
    """All files of one server."""

    def __init__(self) -> None:
        self._by_id: dict[str, File] = {}
        self._numbers = itertools.count()

    def keep(self, kind: str, upload: Upload, claimed_bytes: int | None = None) -> File:
        """Store a file and give it its ids."""
        number = next(self._numbers)
        seed = f"{kind}:{number}:{hashlib.sha256(upload.data).hexdigest()}".encode()
        digest = hashlib.sha512(seed).digest()
        suffix = upload.name.rpartition(".")[2] if "." in upload.name else "bin"
        file = File(
            file_id="AgAC" + base64.urlsafe_b64encode(digest[:48]).decode(),
            unique_id="AQAD" + base64.urlsafe_b64encode(digest[48:57]).decode(),
            kind=kind,
            path=f"{_FOLDERS[kind]}/file_{number}.{suffix}",
            name=upload.name,
            mime=upload.mime,
            data=upload.data,
            claimed_bytes=claimed_bytes,
        )
        self._by_id[file.file_id] = file
        return file

    def get(self, file_id: str) -> File | None:
        return self._by_id.get(file_id)

    def named(self, file_id: str, kind: str) -> File:
        """The file with this id, to be sent again as this kind; or a refusal."""
        file = self._by_id.get(file_id)
        if file is None:
            raise bad("wrong remote file identifier specified: Wrong string length")
        if file.kind != kind:
            raise bad(f"can't use file of type {file.kind.title()} as {kind.title()}")
        return file

    def at(self, path: str) -> File | None:
        """The file that is downloaded at a path."""
        return next((file for file in self._by_id.values() if file.path == path), None)
