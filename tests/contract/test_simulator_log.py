"""The simulator's log: written before the answer, enough to go on from after a restart."""

import asyncio
import datetime
import hashlib
import json
import os
import signal
import socket
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.simulator import Options, serve
from tests.contract.simulator_kit import CLIP, CUBE, KEY, SPHERE, Client, connect, until, url


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def answered(client: Client, count: int) -> None:
    await until(lambda: sum(one.answered for one in client.simulator.submits()) >= count)


async def test_a_submission_is_a_line(tmp_path: Path) -> None:
    async with connect(state_dir=tmp_path) as client:
        task_id = await client.submit(CLIP)
        line = lines(tmp_path / "submits.jsonl")[0]
        at = datetime.datetime.fromisoformat(str(line["at"]))
        received_at = datetime.datetime.fromisoformat(str(line["received_at"]))
        assert received_at <= at <= datetime.datetime.now(datetime.UTC)
        assert {name: line[name] for name in line if name not in ("at", "received_at", "length_s")} == {
            "number": 1,
            "task_id": task_id,
            "provider": "uniall",
            "path": "/v1/videos",
            "model": "grok-imagine",
            "operation": "text_to_video",
            "content_type": "application/json",
            "body": CLIP,
            "body_sha256": hashlib.sha256(json.dumps(CLIP, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
            "faults": [],
            "answered": False,
        }
        await answered(client, 1)
        assert [one["task_id"] for one in lines(tmp_path / "answers.jsonl")] == [task_id]


async def test_files_are_logged_by_name_size_and_digest(tmp_path: Path) -> None:
    async with connect(state_dir=tmp_path) as client:
        form = aiohttp.FormData({"model": "gpt-image-2", "prompt": "纸船", "size": "1024x768", "n": "2"})
        form.add_field("image", b"12345", filename="boat.png", content_type="image/png")
        async with client.http.post("/v1/images/tasks", data=form) as answer:
            assert answer.status == 200
        assert lines(tmp_path / "submits.jsonl")[0]["body"] == {
            "model": "gpt-image-2",
            "prompt": "纸船",
            "size": "1024x768",
            "n": 2,
            "image": [{"name": "boat.png", "size": 5, "sha256": hashlib.sha256(b"12345").hexdigest()}],
        }


async def test_what_was_refused_is_not_logged(tmp_path: Path) -> None:
    async with connect(state_dir=tmp_path) as client:
        assert (await client.post("/v1/videos", CLIP | {"duration": 99}))[0] == 400
        assert ((tmp_path / "submits.jsonl").exists(), client.simulator.submits()) == (False, [])


async def test_an_open_request_is_told_from_an_answered_one(tmp_path: Path) -> None:
    async with connect(state_dir=tmp_path) as client:
        client.simulator.fault("timeout", delay_s=0.2)
        waiting = asyncio.create_task(client.post("/v1/videos", CLIP))
        await until(client.simulator.submits)
        await client.submit(CUBE)
        await answered(client, 1)
        assert [one.answered for one in client.simulator.submits()] == [False, True]
        assert (await waiting)[0] == 200
        await answered(client, 2)


async def test_a_restart_goes_on_where_it_stopped(tmp_path: Path) -> None:
    async with connect(state_dir=tmp_path, speed=1) as client:
        early = await client.submit(CLIP)
        client.simulator.fault("endless")
        await client.submit(CUBE)
        await answered(client, 2)
        before = client.simulator.submits()
        _, running = await client.get(f"/v1/videos/{early}")
    line = json.loads((tmp_path / "submits.jsonl").read_text().splitlines()[0])
    line["at"] = "2026-01-01T00:00:00+00:00"  # as if it had been down for long
    rest = (tmp_path / "submits.jsonl").read_text().splitlines()[1:]
    (tmp_path / "submits.jsonl").write_text("\n".join([json.dumps(line), *rest]) + '\n{"task_id": "cut')
    async with connect(state_dir=tmp_path) as client:
        after = client.simulator.submits()
        assert [one.task_id for one in after] == [one.task_id for one in before]
        assert (after[1], running["status"]) == (before[1], "queued")
        task = (await client.get(f"/v1/videos/{early}"))[1]
        assert (task["status"], (await client.download(url(task)))[0]) == ("completed", 200)
        _, listed = await client.get("/_simulator/submits")
        assert [(one["task_id"], one["answered"]) for one in listed] == [(one.task_id, True) for one in before]
        await client.submit(SPHERE)
        assert [one["number"] for one in lines(tmp_path / "submits.jsonl")] == [1, 2, 3]


async def test_a_log_of_the_days_of_one_provider_is_read(tmp_path: Path) -> None:
    async with connect(state_dir=tmp_path) as client:
        task_id = await client.submit(CLIP)
    path = tmp_path / "submits.jsonl"
    old = {name: value for name, value in json.loads(path.read_text()).items() if name != "provider"}
    path.write_text(json.dumps(old) + "\n")
    async with connect(state_dir=tmp_path) as client:
        assert (await client.follow("/uniall/v1/videos", task_id))["status"] == "completed"
        assert [one.provider for one in client.simulator.submits()] == ["uniall"]


async def test_a_log_may_name_what_is_not_played_any_more(tmp_path: Path) -> None:
    async with connect(state_dir=tmp_path) as client:
        task_id = await client.submit(CLIP)
    path = tmp_path / "submits.jsonl"
    path.write_text(path.read_text().replace('"grok-imagine"', '"grok-dreams"'))
    async with connect(state_dir=tmp_path) as client:
        assert (await client.get(f"/v1/videos/{task_id}"))[0] == 404
        assert (await client.get("/_simulator/submits"))[1][0]["model"] == "grok-dreams"


async def test_every_provider_has_an_address() -> None:
    async with connect() as client:
        url = client.simulator.url
        assert client.simulator.addresses == {name: f"{url}/{name}" for name in ("uniall", "nexus", "pxz", "llmage")}


async def test_inputs_are_remembered_over_a_restart(tmp_path: Path) -> None:
    async with connect(state_dir=tmp_path) as client:
        body = CUBE | {"image": f"{client.simulator.url}/samples/portrait.png"}
        task = await client.run(body)
        made = (await client.download(url(task)))[2]
    for path in (tmp_path / "media").iterdir():
        path.unlink()
    async with connect(state_dir=tmp_path) as client:
        task = (await client.get(f"/v1/images/tasks/{task['task_id']}"))[1]["data"]
        assert (await client.download(url(task)))[2] == made


async def test_many_submissions_at_once_are_all_logged_once(tmp_path: Path) -> None:
    async with connect(state_dir=tmp_path) as client:
        ids = await asyncio.gather(*(client.submit(CUBE | {"prompt": f"boat {n}"}) for n in range(60)))
        logged = lines(tmp_path / "submits.jsonl")
        assert [line["number"] for line in logged] == list(range(1, 61))
        assert {line["task_id"] for line in logged} == set(ids)


async def test_lengths_follow_from_seed_and_number() -> None:
    async def lengths(seed: int, speed: float) -> list[float]:
        async with connect(seed=seed, speed=speed) as client:
            for body in (CUBE, CLIP, CLIP):
                await client.submit(body)
            return [one.length_s * speed for one in client.simulator.submits()]

    first, again, other = await lengths(1, 10), await lengths(1, 100), await lengths(2, 10)
    assert first == pytest.approx(again, abs=0.02)
    assert first != pytest.approx(other, abs=0.02)
    assert 6 <= first[1] <= 10


async def test_a_taken_port_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="address already in use"):
            async with serve(Options(port=taken.getsockname()[1])):
                raise AssertionError("it started")


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
async def test_it_runs_by_itself_and_leaves_nothing_behind(tmp_path: Path, end: signal.Signals) -> None:
    command = [sys.executable, "-W", "error", "-m", "bot", "simulate", "--speed", "100", "--fault", "429=0"]
    process = await asyncio.create_subprocess_exec(
        *command,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    address = (await process.stdout.readline()).decode().split()[-1]
    async with aiohttp.ClientSession(address, headers=KEY) as http, http.post("/v1/videos", json=CLIP) as answer:
        assert (answer.status, len(list(tmp_path.iterdir()))) == (200, 1)
    process.send_signal(end)
    _, said = await process.communicate()
    assert (process.returncode, list(tmp_path.iterdir())) == (0, [])
    assert said.decode().splitlines() == [f"Use it with UNIALL_BASE_URL={address} UNIALL_KEY=sk-simulator"]


async def test_a_submit_reads_like_its_line() -> None:
    async with connect(key="sk-another") as client, aiohttp.ClientSession(client.simulator.url) as http:
        async with http.post("/v1/videos", json=CLIP, headers=KEY) as answer:
            assert answer.status == 401
        async with http.post("/v1/videos", json=CLIP, headers={"Authorization": "Bearer sk-another"}) as answer:
            task_id = (await answer.json())["task_id"]
        submit = client.simulator.submits()[0]
        assert (submit["task_id"], submit.task_id) == (task_id, task_id)
