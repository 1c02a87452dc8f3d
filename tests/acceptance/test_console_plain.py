"""Lines from a pipe, through the whole bot and its own simulator, to saved files and balanced books."""

import subprocess
from pathlib import Path

import av
import pytest
from PIL import Image

from tests.acceptance.house import TIME_S, House

START_CREDITS = 1000
MAIN_JOB = (
    "/image a red fox in snow --model NanoBanana2-1K --ratio 16:9",
    "/video the fox runs --model grok-imagine --duration 6",
    "/music calm piano --instrumental",
    '/speech "Hello there" --voice Wise_Woman',
    "/credits",
)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(folder=tmp_path)


def seconds(path: Path) -> float:
    with av.open(str(path)) as media:
        assert media.duration is not None
        return float(media.duration / av.time_base)


def test_the_main_job_makes_four_files_and_its_receipts_add_up(house: House) -> None:
    said = house.replies(*MAIN_JOB)
    done = [reply for reply in said if reply["kind"] == "done"]
    picture, clip, song, speech = (house.folder / file["path"] for reply in done for file in reply["files"])
    with Image.open(picture) as image:
        assert (image.format, image.width > image.height) == ("PNG", True)
    assert seconds(clip) == pytest.approx(6, abs=0.2)
    assert seconds(song) > 1
    assert seconds(speech) > 0.2
    assert [reply["line"] for reply in said if reply["kind"] == "queued"] == [1, 2, 3, 4]
    assert said[-1]["left_credits"] == START_CREDITS - sum(reply["used_credits"] for reply in done)
    assert house.asked("credits", "audit") == [{"balanced": True, "faults": []}]


def test_plain_text_can_be_searched(house: House) -> None:
    ended = house.bot("run", said="/image a red fox --model NanoBanana2-1K\n# nothing\n\n/credits")
    lines = ended.stdout.splitlines()
    job = lines[3].split(" · ")[-1]
    assert (ended.returncode, lines[0], lines[2]) == (
        0,
        "> /image a red fox --model NanoBanana2-1K",
        "Here's your picture.",
    )
    assert lines[4].startswith(f"  results/{job}.png  image/png  ")
    deeds = ("again {} · 5", "vary {} · 5", "edit {} · 5", "animate {} · 36", "reference {} · 5")
    assert lines[5:7] == [f"  type: {', '.join(deed.format(job) for deed in deeds)}", "> /credits"]
    assert "\x1b" not in ended.stdout
    assert "a simulator on this machine plays them all" in ended.stderr


def test_what_is_refused_costs_nothing_and_stops_nothing(house: House) -> None:
    bad = (
        "/nonsense",
        "hello there",
        "/image a fox --model no-such-model",
        "/image a fox --ratio 5:77",
        "/image a fox --rattio 16:9",
        "/image a fox --image missing.png",
        "/video a fox --duration 9999",
        "/talk hello",
        "again ZZZZ",
        "\x00\x01",
    )
    said = house.replies(*bad, "/credits")
    assert [reply["kind"] for reply in said] == ["error"] * len(bad) + ["message"]
    assert [reply["line"] for reply in said] == list(range(1, len(bad) + 2))
    assert said[-1]["left_credits"] == START_CREDITS
    assert house.asked("jobs", "list") == []


def test_bytes_that_are_no_text_are_survived(house: House) -> None:
    ended = house.bot("run", said="\ufeff/image caf\udce9 --model NanoBanana2-1K\r\n\udcff\udcfe")
    assert ended.returncode == 0
    assert "Here's your picture." in ended.stdout


def test_lines_may_be_at_work_at_once(house: House) -> None:
    said = house.replies(*[f"/image fox {n} --model NanoBanana2-1K" for n in range(8)], options=("--parallel", "8"))
    kinds = [reply["kind"] for reply in said]
    assert kinds[:2] == ["queued", "queued"]  # the second did not wait for the first one's end
    assert sorted(kinds) == ["done"] * 8 + ["queued"] * 8
    assert len({file["path"] for reply in said for file in reply["files"]}) == 8


def test_a_question_does_not_arise_where_nobody_answers(house: House) -> None:
    kinds = [reply["kind"] for reply in house.replies("/image a fox --model NanoBananaPro-4K --count 1")]
    assert kinds == ["queued", "done"]


def test_a_reader_that_leaves_loses_nothing(house: House) -> None:
    slow = House(folder=house.folder, settings={"SIMULATOR_SPEED": "5"})
    with slow.start("run", "--json") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("/image a fox --model NanoBanana2-1K\n/credits\n")
        process.stdin.close()
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(TIME_S) == 0
    (resumed,) = house.replies()
    assert (resumed["kind"], resumed["line"]) == ("done", None)
    assert house.asked("credits", "audit") == [{"balanced": True, "faults": []}]


def test_a_stop_keeps_jobs_for_the_next_start(house: House) -> None:
    slow = House(folder=house.folder, settings={"SIMULATOR_SPEED": "5"})
    with slow.start("run", "--json") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("/image a fox --model NanoBanana2-1K\n")
        process.stdin.flush()
        process.stdout.readline()
        process.terminate()
        out, err = process.communicate(timeout=TIME_S)
    assert (process.returncode, out) == (0, "")
    assert "goes on at the next start" in err
    assert [reply["kind"] for reply in house.replies()] == ["done"]


def test_a_closed_input_is_an_empty_one(house: House) -> None:
    with house.start("run", stdin=subprocess.DEVNULL) as process:
        out, _ = process.communicate(timeout=TIME_S)
    assert (process.returncode, out) == (0, "")
