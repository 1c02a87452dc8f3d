"""Server-sent events, as streamed answers are written: `data:` lines, an empty line after each event."""

from collections.abc import Iterator
from dataclasses import dataclass, field

END = "[DONE]"


@dataclass
class Events:
    """Reads events out of the pieces in which they come; a piece may end anywhere."""

    ended: bool = False  # whether the provider said that this was all
    _rest: bytes = b""  # what came of a line that is not whole yet
    _data: list[str] = field(default_factory=list)  # the lines of an event that is not whole yet

    def feed(self, piece: bytes) -> Iterator[str]:
        """The data of the events that are whole now, the end mark left out."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            yield from self._line(line.removesuffix(b"\r"))

    def close(self) -> Iterator[str]:
        """The last event, where nothing stands behind it."""
        rest, self._rest = self._rest, b""
        yield from self._line(rest.removesuffix(b"\r"))
        yield from self._line(b"")

    def _line(self, line: bytes) -> Iterator[str]:
        text = line.decode("utf-8", "replace")
        if text.startswith("data:"):
            self._data.append(text.removeprefix("data:").removeprefix(" "))
        elif not text and self._data:
            data, self._data = "\n".join(self._data), []
            if data.strip() == END:
                self.ended = True
            else:
                yield data
