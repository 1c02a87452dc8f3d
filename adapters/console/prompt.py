"""The prompt of a terminal: history, completion, and what runs drawn below."""

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
REDRAW_S = 1.0  # times below the prompt are relative: they change by themselves
STYLE = Style.from_dict({"bottom-toolbar": "noreverse", "bar": "ansicyan"})
Bars = Callable[[], Sequence[str]]


class Prompt:
    """Asks for lines until the person leaves."""

    def __init__(self, *, history: Path | None, completer: Completer, bars: Bars) -> None:
        self._bars = bars
        self._session: PromptSession[str] = PromptSession(
            PROMPT,
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
        """Draw what runs anew; without anything running its place is given back."""
        bars = self._bars()
        self._session.bottom_toolbar = self._toolbar if bars else None
        self._session.app.invalidate()

    def _toolbar(self) -> FormattedText:
        return FormattedText([("class:bar", "\n".join(f"  {bar}" for bar in self._bars()))])


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
