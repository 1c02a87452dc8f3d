"""The console with somebody at the keyboard: a pseudo terminal, keys in, screen out."""

import contextlib
import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.acceptance.house import House, traceback_in

PATIENCE_S = 20.0
PROMPT = r"in snow\s+>"  # the welcome's example, then the sign to type
ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[=>])")  # colours and cursor movements


@dataclass
class Terminal:
    """Somebody's terminal: types, and reads what appears."""

    master: int
    process: "subprocess.Popen[str]"
    seen: str = field(default="")

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def until(self, wanted: str) -> str:
        """Everything that appeared up to and with what is wanted, a regular expression; it is not looked at again."""
        end = time.monotonic() + PATIENCE_S
        while (found := re.search(wanted, self.seen)) is None:
            assert time.monotonic() < end, f"{wanted!r} did not appear in {self.seen!r}"
            self._read(end - time.monotonic())
        text, self.seen = self.seen[: found.end()], self.seen[found.end() :]
        return text

    def _read(self, timeout_s: float) -> None:
        ready, _, _ = select.select([self.master], [], [], max(0.0, timeout_s))
        with contextlib.suppress(OSError):  # EIO: the other side is closed
            self.seen += ESCAPES.sub("", os.read(self.master, 65_536).decode(errors="replace") if ready else "")


@pytest.fixture
def house(tmp_path: Path) -> House:
    settings = {"SIMULATOR_SPEED": "20", "PROMPT_TOOLKIT_NO_CPR": "1"}
    return House(folder=tmp_path, settings=settings)


@pytest.fixture
def terminal(house: House) -> Iterator[Terminal]:
    """A bot that was started by hand."""
    master, slave = pty.openpty()
    process = house.start("run", stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    os.close(slave)
    yield Terminal(master=master, process=process)
    process.kill()
    process.wait()
    os.close(master)


def test_a_newcomer_makes_a_picture_and_leaves(terminal: Terminal, house: House) -> None:
    welcome = terminal.until(PROMPT)
    assert "UNIALL_KEY" in welcome
    assert "DISCORD_TOKEN" in welcome
    terminal.type("/image a red fox in snow --model NanoBanana2-1K\r")
    terminal.until("Got it! You're next")
    path = terminal.until(r"results/\w+\.png").split()[-1]
    assert (house.folder / path).is_file()
    terminal.until("again [A-Z0-9]+ · 5")
    terminal.until(r"\n>")  # while something is shown, the terminal itself would take the end of input
    terminal.type("\x04")
    terminal.until("Bye!")
    assert terminal.process.wait(PATIENCE_S) == 0


def test_a_dear_request_is_asked_for_and_y_answers(terminal: Terminal) -> None:
    terminal.until(PROMPT)
    terminal.type("/music calm piano --instrumental\r")
    terminal.until(r"costs 15\s+credits[^>]*y \(start \w+\) · 15, n")
    terminal.type("n\r")
    terminal.until(r"nothing\s+was\s+started")
    terminal.type("/music calm piano --instrumental\r")
    terminal.until("Start")
    terminal.type("hm\r")  # a slip leaves the question open
    terminal.until(r"start\s+with\s+a\s+command")
    terminal.type("y\r")
    terminal.until("Got it!")
    terminal.until(r"results/\w+\.mp3")


def test_tab_completes_from_the_declarations(terminal: Terminal) -> None:
    terminal.until(PROMPT)
    for typed, completed in (
        ("/imag", "/image"),
        ("a fox --mod", "--model"),
        (" NanoBanana2-1", "1K"),
        (" --rati", "o"),
    ):
        terminal.type(f"{typed}\t")
        terminal.until(completed)
    terminal.type(" 9:16\r")
    terminal.until("5 credits of your own set aside")
    terminal.until(r"results/\w+\.png  image/png  768×13\d\d")
    terminal.type("/image this is given up\x03/cred\t")
    terminal.until("/credits")
    terminal.type("\r")
    terminal.until("995 credits left")


def test_leaving_keeps_what_runs(terminal: Terminal, house: House) -> None:
    terminal.until(PROMPT)
    terminal.type("/image [sim:slow] a red fox --model NanoBanana2-1K\r")
    terminal.until("Got it!")
    terminal.until("Painting")  # drawn by the prompt: while an answer is printed, the terminal itself takes the key
    terminal.type("\x03")
    terminal.until(r"Ctrl-D or exit\s+leaves")
    terminal.type("exit\r")
    terminal.until(r"1 job is still running; it\s+goes on")
    assert terminal.process.wait(PATIENCE_S) == 0
    assert [reply["kind"] for reply in house.replies()] == ["done"]


def test_a_signal_gives_the_terminal_back(terminal: Terminal) -> None:
    terminal.until(PROMPT)
    terminal.process.terminate()
    said = terminal.until(r"goes\s+on")
    assert terminal.process.wait(PATIENCE_S) == 0
    assert not traceback_in(said)


def test_what_is_asked_for_is_completed_by_the_next_line(terminal: Terminal) -> None:
    terminal.until(PROMPT)
    terminal.type("/image [sim:refuse-late] two knights in a bloody duel --model gpt-image-2\r")
    terminal.until("declined this")
    job = terminal.until("reword [A-Z0-9]+ · 4").split()[-3]
    terminal.type(f"reword {job}\r")
    terminal.until("What should I ask for instead")
    terminal.type("/imag\r")  # a slip leaves it open
    terminal.until("did you mean")
    terminal.type("two knights dance\r")
    terminal.until("Got it! You're next")
    terminal.until(r"results/\w+\.png")
    terminal.until(r"\n>")
    terminal.type("two knights dance\r")  # it was answered: these words stand for themselves
    terminal.until("Please start with")
