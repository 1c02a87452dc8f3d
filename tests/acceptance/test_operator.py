"""The operator's commands beside a bot and without one: one sentence and exit code 1 for what they can mend."""

import asyncio
import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import jobs
from storage.store import SqlStore
from tests import factories
from tests.acceptance.house import House, traceback_in


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(folder=tmp_path)


@pytest.fixture
def lived_in(house: House) -> House:
    """A house where one picture was made."""
    house.replies("/image a fox --model NanoBanana2-1K")
    return house


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


def refused(house: House, *arguments: str, said: str = "") -> str:
    """The one sentence an operator gets."""
    ended = house.bot(*arguments, said=said)
    assert (ended.returncode, ended.stdout) == (1, ""), ended.stderr
    assert not traceback_in(ended.stderr)
    return ended.stderr


def meet(house: House, community: jobs.Community) -> None:
    """The community was seen by the bot."""

    async def keep() -> None:
        store = SqlStore.open(house.folder / "data" / "atelier.db")
        async with store.transaction() as rows:
            await rows.communities.add(community)
        await store.close()

    asyncio.run(keep())


def with_settings(house: House, **settings: str) -> House:
    return House(folder=house.folder, settings={**house.settings, **settings})


def test_settings_that_cannot_be_read(house: House) -> None:
    assert "WEB_PORT='http': " in refused(with_settings(house, WEB_PORT="http"), "run")


def test_a_data_folder_that_cannot_be_made(house: House) -> None:
    (house.folder / "file").write_text("in the way")
    assert "DATA_DIR" in refused(with_settings(house, DATA_DIR="file/data"), "run")


def test_a_port_that_is_taken(house: House, taken_port: int) -> None:
    assert f"127.0.0.1:{taken_port}" in refused(with_settings(house, WEB_PORT=str(taken_port)), "run")
    assert str(taken_port) in refused(with_settings(house, SIMULATOR_PORT=str(taken_port)), "run")
    assert str(taken_port) in refused(house, "simulate", "--port", str(taken_port))


def test_a_file_that_is_no_database(house: House) -> None:
    (house.folder / "data").mkdir()
    (house.folder / "data" / "atelier.db").write_text("this is no database, and long enough to look like one" * 20)
    assert "can't be read as a database" in refused(house, "run")
    assert "can't be read as a database" in refused(house, "credits", "show")


def test_there_is_nothing_to_look_at_yet(house: House) -> None:
    for command in (("credits", "show"), ("credits", "audit"), ("jobs", "list"), ("jobs", "show", "K7Q2")):
        assert "There is no database at data/atelier.db yet." in refused(house, *command)


def test_commands_work_beside_a_running_bot(lived_in: House) -> None:
    with lived_in.start("run", "--json") as bot:
        assert bot.stdin is not None
        assert bot.stdout is not None
        bot.stdin.write("/credits\n")
        bot.stdin.flush()
        bot.stdout.readline()
        assert "Another bot is already running" in refused(lived_in, "run")
        assert lived_in.bot("credits", "grant", "console:me", "50").stdout == (
            "console:me got 50 credits and has 1,045 now.\n"
        )
        assert "a bot runs on it" in lived_in.bot("check").stdout
        bot.stdin.write("/credits\n")
        bot.stdin.close()
        assert '"left_credits": 1045' in bot.stdout.readline()


def test_credits_are_granted_and_shown(lived_in: House) -> None:
    lived_in.bot("credits", "grant", "house", "500", "--why", "a present")
    assert [(row["who"], row["credits"], row["used"]) for row in lived_in.asked("credits", "show")] == [
        ("house", 500, 0),
        ("console:me", 995, 5),
    ]


def test_a_communitys_pool_is_granted_to_and_shown(lived_in: House) -> None:
    meet(lived_in, factories.community("one", native="-100", title="Pixel Club"))
    granted = lived_in.bot("credits", "grant", "telegram:-100", "500").stdout
    assert granted == "telegram:-100 got 500 credits and has 500 now.\n"
    lived_in.bot("credits", "grant", "pool:one", "5")
    assert [(row["account"], row["who"], row["credits"]) for row in lived_in.asked("credits", "show")[:2]] == [
        ("house", "house", 0),
        ("pool:one", "telegram:-100 (Pixel Club)", 505),
    ]
    assert [row["credits"] for row in lived_in.asked("credits", "show", "telegram:-100")] == [505]
    assert "Nobody is known as 'discord:-100'." in refused(lived_in, "credits", "grant", "discord:-100", "5")
    assert lived_in.asked("credits", "audit") == [{"balanced": True, "faults": []}]


@pytest.mark.parametrize("amount", ["0", "-5", "1.5", "1e3", "many", "1000000001", "٣"])
def test_an_amount_that_is_none(lived_in: House, amount: str) -> None:
    sentence = refused(lived_in, "credits", "grant", "console:me", amount)
    assert sentence == f"{amount!r} is not an amount: give a whole number from 1 to 1,000,000,000.\n"


def test_nobody_by_that_name(lived_in: House) -> None:
    assert "Nobody is known as 'console:you'." in refused(lived_in, "credits", "grant", "console:you", "5")


def test_jobs_are_listed_and_shown(lived_in: House) -> None:
    (job,) = lived_in.asked("jobs", "list")
    assert (job["state"], job["model"], job["charge"]) == ("done", "NanoBanana2-1K", 5)
    (shown,) = lived_in.asked("jobs", "show", job["id"].lower())
    assert [call["state"] for call in shown["calls"]] == ["succeeded"]
    assert lived_in.asked("jobs", "list", "--state", "failed") == []
    assert "There is no job 'ZZZZ'." in refused(lived_in, "jobs", "show", "ZZZZ")


def test_a_job_that_has_ended_is_not_resolved(lived_in: House) -> None:
    (job,) = lived_in.asked("jobs", "list")
    for verdict in ("--delivered", "--release"):
        sentence = refused(lived_in, "jobs", "resolve", job["id"], verdict)
        assert sentence == f"Job {job['id']} has ended already (done); nothing was changed.\n"
    assert lived_in.bot("jobs", "resolve", job["id"]).returncode == 2


def test_a_job_that_cannot_end_is_given_up(house: House) -> None:
    with house.start("run", "--json") as bot:
        assert bot.stdin is not None
        assert bot.stdout is not None
        bot.stdin.write("/image [sim:endless] a fox --model NanoBanana2-1K\n")
        bot.stdin.flush()
        bot.stdout.readline()
        bot.terminate()
        bot.wait(30)
    (job,) = house.asked("jobs", "list")
    assert "5 credits returned" in house.bot("jobs", "resolve", job["id"], "--release", "--why", "test").stdout
    (told,) = house.replies()
    assert (told["kind"], told["job"], told["left_credits"]) == ("failed", job["id"], 1000)
    assert house.asked("credits", "audit") == [{"balanced": True, "faults": []}]


def test_check_says_what_is_well(house: House) -> None:
    ended = house.bot("check")
    assert ended.returncode == 0
    assert [line.split(":")[0] for line in ended.stdout.splitlines()] == [
        "ok settings",
        "ok data folder",
        "ok results folder",
        "skipped database",
        "skipped provider keys",
        "ok web port",
        "ok simulator port",
        "skipped public url",
        "skipped discord token",
        "skipped telegram token",
        "ok media",
    ]


def test_check_says_what_is_bad_and_how_to_mend_it(house: House, taken_port: int) -> None:
    (house.folder / "results").write_text("in the way")
    nobody = "http://127.0.0.1:9"  # the discard port, where nothing listens
    (house.folder / "data").write_text("in the way too")
    simulated = with_settings(house, SIMULATOR_PORT=str(taken_port)).bot("check").stdout
    assert f"bad simulator port: 127.0.0.1:{taken_port} can't be listened on (Address already in use)" in simulated
    assert "Set DATA_DIR to a folder; a file is in its place." in simulated
    (house.folder / "data").unlink()
    bad = with_settings(house, UNIALL_KEY="sk-wrong", UNIALL_BASE_URL=nobody, WEB_PORT=str(taken_port))
    ended = bad.bot("check", "--json")
    assert ended.returncode == 1
    found = dict(re.findall(r'"bad", "name": "([^"]+)".*"cure": "(.+)"', ended.stdout))
    assert found.keys() == {"results folder", "uniall key", "uniall models", "web port"}
    assert all(found.values())


def test_check_says_each_setting_that_is_wrong(house: House) -> None:
    (house.folder / ".env").write_text("WEB_PROT=80\nKEEP_DAYS=0\n")
    ended = house.bot("check")
    assert (ended.returncode, ended.stdout.splitlines()) == (
        1,
        [
            "bad settings: WEB_PROT is not a setting. Did you mean WEB_PORT? Correct or remove it in .env.",
            "bad settings: KEEP_DAYS='0': must be 1 or more. Correct it in .env.",
        ],
    )


def test_a_name_that_is_not_ours_is_mentioned(house: House) -> None:
    (house.folder / ".env").write_text("COMPOSE_FILE=x.yaml\n")
    ended = house.bot("check")
    assert ended.returncode == 0
    assert ended.stdout.startswith("ok settings: 87 settings read. COMPOSE_FILE in .env is not a setting. ")


def test_the_simulator_accepts_only_its_key(house: House) -> None:
    with house.start("simulate", "--key", "sk-right") as simulator:
        assert simulator.stdout is not None
        url = simulator.stdout.readline().strip()
        wrong, right = (
            with_settings(house, UNIALL_KEY=key, UNIALL_BASE_URL=url).bot("check").stdout
            for key in ("sk-wrong", "sk-right")
        )
        simulator.terminate()
        assert simulator.wait(30) == 0
    assert "bad uniall key: " in wrong
    assert "Put a valid key into UNIALL_KEY." in wrong
    assert "ok uniall key: " in right
    assert "ok uniall models: " in right
    assert "ok uniall voices: 24 to speak with, 3 of them made for this key\n" in right


def test_help_is_quick_to_import(house: House) -> None:
    """What makes `--help` slow is what commands import: they do it when they run."""
    ended = house.bot("--help")
    assert ended.returncode == 0
    for command in ("run", "simulate", "preview", "models", "check", "credits", "usage", "jobs", "db"):
        assert f" {command} " in ended.stdout


def test_a_full_or_closed_stream_is_no_traceback(house: House) -> None:
    with open("/dev/full", "w") as full:
        listed = house.start("models", stdout=full)
        _, err = listed.communicate(timeout=30)
        assert (listed.returncode, err) == (1, "Standard output can't be written: No space left on device.\n")
        mute = house.start("run", "--json", stderr=full)
        out, _ = mute.communicate("/credits\n", timeout=30)
        assert (mute.returncode, json.loads(out)["left_credits"]) == (0, 1000)
