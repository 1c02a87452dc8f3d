"""Log lines: what a bug leaves behind names places in the code, never values."""

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


def _trip(headers: dict[str, str]) -> None:
    try:
        raise RuntimeError(f"a bug of ours with {len(headers)} headers")
    except RuntimeError:
        structlog.get_logger().exception("oops")
