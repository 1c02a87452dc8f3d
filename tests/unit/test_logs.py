"""Log lines: what a bug leaves behind names places in the code, never values."""

import json as json_
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs


@pytest.fixture
def untouched() -> Iterator[None]:
    """Logging as the other tests know it, afterwards."""
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize("json", [False, True])
def test_a_traceback_shows_no_values(json: bool, untouched: None, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", json=json)
    _trip({"Authorization": "Bearer sk-very-secret"})
    said = capsys.readouterr().err
    assert "a bug of ours" in said
    assert "test_logs.py" in said
    assert "very-secret" not in said


def test_lines_of_libraries_have_the_same_form(untouched: None, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", json=True)
    structlog.get_logger().info("ours", job="K7Q2")
    logging.getLogger("some.library").warning("theirs: %s", "words")
    ours, theirs = (json_.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["level"], ours["job"]) == ("ours", "info", "K7Q2")
    assert (theirs["event"], theirs["level"]) == ("theirs: words", "warning")
    assert ours.keys() - {"job"} == theirs.keys()


def test_rows_are_not_logged_even_for_debugging(untouched: None, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("debug", json=False)
    for name in (*logs.QUIET, *logs.SILENT):
        logging.getLogger(name).debug("a prompt")
    assert capsys.readouterr().err == ""


def _trip(headers: dict[str, str]) -> None:
    try:
        raise RuntimeError(f"a bug of ours with {len(headers)} headers")
    except RuntimeError:
        structlog.get_logger().exception("oops")
