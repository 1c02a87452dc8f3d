"""The prompt of a terminal: history, completion, and what runs drawn above the line that is typed."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.styles import Style

from adapters.console.streams import Line

PROMPT = "> "
REDRAW_S = 1.0  # what runs is said with relative times, which change by themselves
STYLE = Style.from_dict({"bar": "ansicyan"})
Bars = Callable[[], Sequence[str]]


class Prompt:
    """Asks for lines until the person leaves."""

    def __init__(self, *, history: Path | None, completer: Completer, bars: Bars) -> None:
        self._bars = bars
        self._session: PromptSession[str] = PromptSession(
            self._message,
            history=_history(history),
            completer=completer,
            complete_while_typing=False,
            enable_history_search=True,
            refresh_interval=REDRAW_S,
            style=STYLE,
        )

    async def lines(self) -> AsyncIterator[Line | None]:
        """Each line; the end is Ctrl-D. Ctrl-C clears the line; on an empty one it is None: a wish to leave."""
        number = 0
        while True:
            try:
                # signals stay with the composition root: Ctrl-C comes as a key
                text = await self._session.prompt_async(handle_sigint=False)
            except KeyboardInterrupt:
                if not self._session.default_buffer.text:
                    yield None
                continue
            except EOFError:
                return
            for part in text.splitlines():  # a paste may bring several
                number += 1
                yield Line(number=number, text=part)

    def redraw(self) -> None:
        """Draw what runs anew."""
        self._session.app.invalidate()

    def _message(self) -> FormattedText:
        """What runs, then the sign to type; a line that was entered keeps the sign only."""
        bars = () if self._session.app.is_done else self._bars()
        return FormattedText([*(("class:bar", f"{bar}\n") for bar in bars), ("", PROMPT)])


@contextmanager
def above() -> Iterator[None]:
    """Whatever is printed meanwhile appears above the prompt."""
    with patch_stdout(raw=True):
        yield


def _history(path: Path | None) -> History:
    if path is None:
        return InMemoryHistory()
    try:
        path.touch(mode=0o600)  # prompts are personal
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path))
