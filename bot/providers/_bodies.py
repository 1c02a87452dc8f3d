"""Bodies as they leave: files within JSON as base64, files of a form read from disk while they are sent."""

import base64
import json
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path, PurePath
from typing import Any

from bot import errors, requests
from bot.requests import Encoded, Json


def content(wire: requests.Wire, stack: ExitStack) -> Mapping[str, Any]:
    """What httpx is given of a wire; files stay open as long as `stack`. Raises StorageFault for one that is lost."""
    return _multipart(wire, stack) if wire.uploads or wire.form else {"json": _filled(dict(wire.body))}


def _filled(value: Json) -> Json:
    """A body with its files read."""
    match value:
        case Encoded(path=path, prefix=prefix):
            return prefix + base64.b64encode(_read(path)).decode()
        case Mapping():
            return {name: _filled(item) for name, item in value.items()}
        case list() | tuple():
            return [_filled(item) for item in value]
        case _:
            return value


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as failure:
        raise _lost(path, failure) from failure


def _multipart(wire: requests.Wire, stack: ExitStack) -> Mapping[str, Any]:
    """The fields and files of a form; the files are read from disk while they are sent."""
    files = []
    for upload in wire.uploads:
        try:
            stream = stack.enter_context(open(upload.path, "rb"))  # noqa: SIM115
        except OSError as failure:
            raise _lost(upload.path, failure) from failure
        files.append((upload.part, (PurePath(upload.path).name, stream, upload.mime)))
    fields = {name: _field(value) for name, value in wire.body.items()}
    if not files:  # else httpx would send them as a form of the other kind
        return {"files": [(name, (None, value)) for name, value in fields.items()]}
    return {"data": fields, "files": files}


def _field(value: Json) -> str:
    """A text field of a form; what is no text is written as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _lost(path: str, failure: OSError) -> errors.StorageFault:
    return errors.StorageFault(f"{path} can't be read ({failure.strerror}): nothing was sent.")
