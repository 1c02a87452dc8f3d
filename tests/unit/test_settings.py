"""Settings: read, refused with a cure, and documented as they are."""

from pathlib import Path

import pytest

from bot import settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # no .env of the developer's own
    for name in settings.names():
        monkeypatch.delenv(name, raising=False)


def test_everything_has_a_default() -> None:
    loaded = settings.Settings.load()
    assert (loaded.uniall.key, loaded.web.port, loaded.console.credits) == (None, None, 1000)


def test_each_provider_has_an_account_and_without_any_key_all_are_simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (settings.Settings.load().simulated, settings.Settings.load().keys) == (True, {})
    monkeypatch.setenv("NEXUS_KEY", "sk-nexus")
    monkeypatch.setenv("NEXUS_SUBMITS", "3")
    monkeypatch.setenv("PXZ_RESULT_PATH", "/results?id={task_id}")
    loaded = settings.Settings.load()
    assert (loaded.simulated, loaded.keys) == (False, {"nexus": "sk-nexus"})
    assert set(loaded.accounts) == {"uniall", "llmage", "nexus", "pxz"}
    assert (loaded.nexus.submits, loaded.uniall.submits, loaded.nexus.blocking) == (3, None, None)
    ways = {name: account.way_to_results for name, account in loaded.accounts.items()}
    assert ways == {"uniall": "", "llmage": "", "nexus": "", "pxz": "/results?id={task_id}"}


def test_the_env_file_counts_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("CONSOLE_USER=anna\nWEB_PORT=8080\nUNIALL_KEY=\n")
    monkeypatch.setenv("CONSOLE_USER", "ben")
    loaded = settings.Settings.load()
    assert (loaded.console.user, loaded.web.port, loaded.uniall.key) == ("ben", 8080, None)


def test_words_are_read_in_any_case() -> None:
    Path(".env").write_text("LOG_LEVEL=INFO\nCONSOLE=Yes\nTELEGRAM_WEBHOOK=True\n")
    loaded = settings.Settings.load()
    assert (loaded.log.level, loaded.console.on, loaded.telegram.webhook) == ("info", "yes", True)


def test_the_example_file_and_the_page_are_current() -> None:
    assert (ROOT / ".env.example").read_text() == settings.env_example()
    assert (ROOT / "docs" / "settings.md").read_text() == settings.settings_markdown()


def test_the_example_file_with_everything_switched_on_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = settings.env_example().splitlines()
    switched_on = [line[1:] for line in lines if line.startswith("#") and "=" in line and not line.startswith("# ")]
    assert len(switched_on) == len(settings.names())
    Path(".env").write_text("\n".join(switched_on))
    assert settings.Settings.load().unknown == ()
