"""Settings that can't be read: one sentence that names the place and the cure, and never a secret."""

from pathlib import Path

import pytest

from bot import errors, settings


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in settings.names():
        monkeypatch.delenv(name, raising=False)


def refused() -> str:
    with pytest.raises(errors.OperatorError) as caught:
        settings.Settings.load()
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"LOG_LEVEL=info\nthis is no setting\n", 2),
        (b'WEB_PORT="80\n', 1),
        (b"# my key\n\nsk-secret\n", 3),
        (b"UNIALL_KEY\n", 1),
    ],
)
def test_a_line_that_says_nothing_is_named_by_its_number(content: bytes, line: int) -> None:
    Path(".env").write_bytes(content)
    assert refused() == f"Line {line} of .env can't be read. Write it as NAME=value; close every quotation mark."


def test_a_file_of_other_bytes_is_no_traceback() -> None:
    Path(".env").write_bytes(b"\xff\xfeU\0N\0I\0")
    assert refused() == "The file .env is not UTF-8 text. Save it as UTF-8, or write it anew."


def test_what_editors_add_is_no_trouble() -> None:
    Path(".env").write_bytes(b"\xef\xbb\xbf# mine\r\nexport WEB_PORT = 8080 # health\r\n\r\nLOG_LEVEL=\r\n")
    assert settings.Settings.load().web.port == 8080


@pytest.mark.parametrize("name", ["PUBLIC_URL", "UNIALL_BASE_URL"])
@pytest.mark.parametrize(
    "value",
    [
        "http://a.example:99999",
        "http://a.example:0",
        "http://[::1",
        "http://me:secret@a.example",
        "https://a.example/?token=secret",
    ],
)
def test_an_address_must_be_plain(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    said = refused()
    assert said.startswith(f"{name}=")
    assert "secret" not in said
