"""Media: what kind it is, what was measured about it, and where a piece of it is kept."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class MediaKind(StrEnum):
    """What a file is, found from its content."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    TEXT = "text"  # words, kept as a file of UTF-8; made by models, never taken in


# The most megabytes that are taken in. The documents' strictest limits are 10 MB for images and 100 MB for videos,
# which the catalogue checks; here is room for what a phone makes: a 50-megapixel picture, an hour of speech, a minute
# of 4K.
INPUT_MB: Mapping[MediaKind, int] = {MediaKind.IMAGE: 30, MediaKind.AUDIO: 50, MediaKind.VIDEO: 200}
INPUT_MEGAPIXELS = 80  # of pictures: the largest phones' have 50, the largest results (8K) 67

URL_MARGIN = timedelta(minutes=10)  # an address must live so much longer: its reader may come a little later


class MediaTrouble(StrEnum):
    """Why a piece of media can't be used; also the message key `media.<value>`."""

    NOT_FOUND = "not_found"  # no such file, or nothing at the address
    NO_FILE = "no_file"  # a folder, a device or a pipe
    UNREADABLE = "unreadable"  # a file that may not be read
    EMPTY = "empty"  # 0 bytes
    TOO_LARGE = "too_large"  # more bytes or pixels than are taken
    WRONG_KIND = "wrong_kind"  # said to be an image and is a video, or no media at all
    BROKEN = "broken"  # its content can't be decoded
    NOT_PUBLIC = "not_public"  # an address inside a private network, none of http(s), or one that wants a login
    UNREACHABLE = "unreachable"  # its server did not answer, or refused
    EXPIRED = "expired"  # its server says that it is gone
    OUT_OF_REACH = "out_of_reach"  # the platform hands bots no files of this size (Telegram's getFile: 20 MB)


class Facts(BaseModel):
    """What was measured from a file's content, never from its name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: MediaKind
    mime: str  # image/png, video/mp4, audio/mpeg, …
    size_bytes: int
    width: int | None = None  # pixels; None for audio and text
    height: int | None = None  # pixels; None for audio and text
    duration_s: float | None = None  # None for images and text
    fps: float | None = None  # pictures a second, on the average; None for all but videos


class MediaRef(BaseModel):
    """One piece of input media of a request, checked when it came in and kept in Atelier's own folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str | None = None  # the kept copy, relative to the data folder; None only in a preview
    url: str | None = None  # a public address of the same file, which the provider may fetch itself; None: nowhere
    url_until: datetime | None = None  # when that address stops working; None: nobody said so
    facts: Facts | None = None  # None only in a preview, which measures nothing
    name: str = ""  # what the member called it, for messages

    def address(self, now: datetime) -> str | None:
        """The public address, unless it has stopped working or will within minutes."""
        if self.url_until is not None and self.url_until < now + URL_MARGIN:
            return None
        return self.url
