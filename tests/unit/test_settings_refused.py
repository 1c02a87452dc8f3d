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
        "ftp://a.example",
        "a.example",
        "https://",
    ],
)
def test_an_address_must_be_plain(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    said = refused()
    assert said.startswith(f"{name}=")
    assert "secret" not in said


@pytest.mark.parametrize("name", ["PUBLIC_URL", "UNIALL_BASE_URL", "DISCORD_API_URL", "TELEGRAM_API_URL"])
def test_only_ones_own_network_is_reached_in_the_open(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("WEB_PORT", "8080")
    for value in ("http://bot.example.org", "http://93.184.216.34:8080"):
        monkeypatch.setenv(name, value)
        assert refused() == (
            f"{name}='{value}': must start with https://, because keys and members' files go that way; http:// is for "
            "addresses of this machine and its own network. Correct it in the environment."
        )
    for value in ("http://localhost:80", "http://10.0.0.7", "http://[::1]:8080", "http://api:8081", "http://nas.lan"):
        monkeypatch.setenv(name, value)
        settings.Settings.load()


def test_a_provider_that_documents_no_other_way_is_reached_in_the_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PXZ_BASE_URL", "http://pxz.example/")
    assert settings.Settings.load().pxz.base_url == "http://pxz.example"
    monkeypatch.setenv("PXZ_BASE_URL", "pxz.example")
    assert refused().startswith("PXZ_BASE_URL='pxz.example': must start with https:// and name a host")


@pytest.mark.parametrize(
    ("line", "must"),
    [
        ("WEB_PORT='http'", "must be a whole number"),
        ("WEB_PORT='99999'", "must be 65535 or less"),
        ("COMMUNITY_POOL='-5'", "must be 0 or more"),
        ("COMMUNITY_POOL='1,000'", "must be a whole number"),
        ("KEEP_DAYS='1.5'", "must be a whole number"),
        ("POLL_EVERY_S='often'", "must be a number"),
        ("POLL_EVERY_S='nan'", "must be 300 or less"),
        ("SIMULATOR_SPEED='0'", "must be more than 0"),
        ("TELEGRAM_WEBHOOK='maybe'", "must be true or false"),
        ("CONSOLE='maybe'", "must be auto, yes or no"),
        ("LOG_LEVEL='loud'", "must be debug, info, warning or error"),
        ("CONSOLE_LANGUAGE='fr'", "must be en or zh"),
        ("LLMAGE_BLOCKING='0'", "must be 1 or more"),
        ("PXZ_RESULT_PATH='/tasks'", "must be a path that begins with / and holds {task_id} once"),
        ("PXZ_RESULT_PATH='tasks/{task_id}'", "must be a path that begins with / and holds {task_id} once"),
        ("PXZ_RESULT_PATH='/{task_id}/{task_id}'", "must be a path that begins with / and holds {task_id} once"),
    ],
)
def test_a_bad_value_is_named_with_what_it_must_be(line: str, must: str) -> None:
    Path(".env").write_text(f"{line}\n")
    assert refused() == f"{line}: {must}. Correct it in .env."


def test_every_bad_value_has_a_line_of_its_own() -> None:
    Path(".env").write_text("KEEP_DAYS=-1\nDISCORD_TOKN=x\nCONSOLE=maybe\n")
    assert [line.partition(" ")[0] for line in refused().splitlines()] == [
        "DISCORD_TOKN",
        "KEEP_DAYS='-1':",
        "CONSOLE='maybe':",
    ]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("UNIALL_KEY", "sk-secret with spaces", "holds spaces or characters that no key has"),
        ("UNIALL_KEY", "'sk-secret'", "holds quotation marks or brackets"),
        ("UNIALL_KEY", "sk-…", "holds spaces or characters that no key has"),
        ("DISCORD_TOKEN", "Bot secret.to.ken", "holds spaces"),
        ("DISCORD_TOKEN", '"secret.to.ken"', "holds quotation marks"),
        ("DISCORD_TOKEN", "42:secret", "looks like a token of Telegram's"),
        ("DISCORD_TOKEN", "secret/ken", "holds characters that no token of Discord's has"),
        ("TELEGRAM_TOKEN", "<42:secret>", "holds quotation marks or brackets"),
        ("TELEGRAM_TOKEN", "secret.to.ken", "does not look like 123456:ABC-xyz"),
        ("TELEGRAM_TOKEN", "42: secret", "holds spaces"),
    ],
)
def test_a_bad_secret_is_never_repeated(monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str) -> None:
    monkeypatch.setenv(name, value)
    said = refused()
    assert said.startswith(f"{name}=…: {words}")
    assert "secret" not in said


def test_a_good_secret_is_never_shown() -> None:
    Path(".env").write_text("UNIALL_KEY=sk-secret\nDISCORD_TOKEN=secret.to.ken\nTELEGRAM_TOKEN=42:secret\n")
    assert "secret" not in repr(settings.Settings.load())


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("DISCORD_TOKN", "DISCORD_TOKEN"),
        ("DISCORD_BOT_TOKEN", "DISCORD_TOKEN"),
        ("TELEGRAM_BOT_TOKEN", "TELEGRAM_TOKEN"),
        ("UNIALL_KYE", "UNIALL_KEY"),
        ("WEB_PROT", "WEB_PORT"),
    ],
)
def test_a_misspelt_name_is_refused_wherever_it_is(monkeypatch: pytest.MonkeyPatch, name: str, near: str) -> None:
    Path(".env").write_text(f"{name}=1\n")
    assert refused() == f"{name} is not a setting. Did you mean {near}? Correct or remove it in .env."
    Path(".env").unlink()
    monkeypatch.setenv(name, "1")
    assert refused() == f"{name} is not a setting. Did you mean {near}? Correct or remove it in the environment."


def test_other_names_may_be_another_programs() -> None:
    Path(".env").write_text("COMPOSE_PROJECT_NAME=x\nTELEGRAM_API_ID=1\nWEB_PORT=80\nWEB_PORTS=1\n")
    assert settings.Settings.load().unknown == ("COMPOSE_PROJECT_NAME", "TELEGRAM_API_ID", "WEB_PORTS")
    assert settings.nearest("TELEGRAM_API_ID") == "TELEGRAM_API_URL"


def test_the_byte_order_mark_is_no_part_of_a_name() -> None:
    Path(".env").write_bytes(b"\xef\xbb\xbfWEB_PORT=8080\n")
    loaded = settings.Settings.load()
    assert (loaded.web.port, loaded.unknown) == (8080, ())


def test_what_makes_no_sense_together() -> None:
    Path(".env").write_text("PUBLIC_URL=https://a.example\nCONSOLE=no\n")
    assert refused() == (
        "PUBLIC_URL='https://a.example' leads to no port of this machine. Set WEB_PORT to the one that your reverse "
        "proxy sends it to.\n"
        "CONSOLE='no', and neither DISCORD_TOKEN nor TELEGRAM_TOKEN is set: the bot would be nowhere. Set one of the "
        "tokens, or leave CONSOLE at auto."
    )
