"""Files on the CDN and the signed links that lead to them."""

import hashlib
import hmac
import io
import mimetypes
from dataclasses import dataclass
from datetime import datetime

from PIL import Image

from tests.discord_server.refusals import Json

SECRET = b"the played CDN's"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Bytes with a name, as a person or the bot hands them over."""

    name: str
    data: bytes
    content_type: str = ""  # guessed from the name when empty
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that was taken in."""

    id: int
    channel_id: int
    file: File
    ephemeral: bool = False

    @property
    def content_type(self) -> str:
        guessed = mimetypes.guess_type(self.file.name)[0]
        return self.file.content_type or guessed or "application/octet-stream"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.file.data).hexdigest()

    def json(self, links: "Links", now: datetime) -> Json:
        url = links.sign(self, now)
        return {
            "id": str(self.id),
            "filename": self.file.name,
            "size": len(self.file.data),
            "url": url,
            "proxy_url": url,
            "content_type": self.content_type,
            "original_content_type": self.content_type,
            "ephemeral": self.ephemeral,
            "flags": 0,
            **({"description": self.file.description} if self.file.description else {}),
            **self._size(),
        }

    def _size(self) -> Json:
        if not self.content_type.startswith("image/"):
            return {}
        try:
            with Image.open(io.BytesIO(self.file.data)) as image:
                return {"width": image.width, "height": image.height}
        except OSError:
            return {}


class Links:
    """Signs links and reads them; they end after lives_s by the server's clock."""

    def __init__(self, base: str, *, lives_s: float) -> None:
        self._base = base
        self._lives_s = lives_s

    def sign(self, attachment: Attachment, now: datetime) -> str:
        since = int(now.timestamp())
        path = f"/attachments/{attachment.channel_id}/{attachment.id}/{attachment.file.name}"
        ex, begun = f"{since + int(self._lives_s):x}", f"{since:x}"
        return f"{self._base}{path}?ex={ex}&is={begun}&hm={self._mark(attachment.id, ex, begun)}&"

    def opens(self, attachment_id: int, *, ex: str, begun: str, mark: str, now: datetime) -> bool:
        """Whether the signature is ours and still good."""
        if not hmac.compare_digest(mark, self._mark(attachment_id, ex, begun)):
            return False
        return now.timestamp() < int(ex, 16)

    @staticmethod
    def _mark(attachment_id: int, ex: str, begun: str) -> str:
        return hmac.new(SECRET, f"{attachment_id}:{ex}:{begun}".encode(), hashlib.sha256).hexdigest()
