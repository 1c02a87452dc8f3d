"""Links: URLs of results that nobody can guess and that stop working."""

import hashlib
import hmac
import secrets
from pathlib import Path


class Links:
    """Signs and checks the last part of a result's URL; the secret is in the state folder and outlives a restart."""

    def __init__(self, folder: Path) -> None:
        path = folder / "secret"
        if not path.exists():
            path.write_bytes(secrets.token_bytes(32))
        self._secret = path.read_bytes()

    def sign(self, task_id: str, index: int, expires_s: float) -> str:
        """The part of a URL that names a result until `expires_s` (since 1970)."""
        head = f"{task_id}.{index}.{int(expires_s * 1000)}"
        return f"{head}.{self._mac(head)}"

    def check(self, signed: str, now_s: float) -> tuple[str, int, bool] | None:
        """Task id, index, and whether it still works; None for what was never signed here."""
        head, _, mac = signed.rpartition(".")
        if not hmac.compare_digest(mac.encode(), self._mac(head).encode()):
            return None
        task_id, index, expires_ms = head.rsplit(".", 2)
        return task_id, int(index), now_s < int(expires_ms) / 1000

    def _mac(self, head: str) -> str:
        return hmac.new(self._secret, head.encode(), hashlib.sha256).hexdigest()[:32]
