"""The doors of the played Discord: who sees what, who was pinged, what went wrong; and all of it over HTTP."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.contract.test_discord_server_refusals import APP, TOKEN, Raw, button, connect
from tests.discord_server import File, remote


@pytest.fixture
async def raw() -> AsyncIterator[Raw]:
    async with connect() as raw:
        yield raw


async def registered(raw: Raw, **more: Any) -> None:
    """One command, /image, for everybody everywhere."""
    command = {
        "name": "image",
        "description": "Paints.",
        "integration_types": [0, 1],
        "contexts": [0, 1, 2],
        "options": [{"name": "prompt", "description": "What.", "type": 3, "required": True}],
    }
    status, answer = await raw.send("PUT", f"/applications/{APP}/commands", [command | more])
    assert status == 200, answer


async def asked(raw: Raw, channel: int, *, user_installed: bool = False, user: int | None = None) -> tuple[str, str]:
    """Somebody calls /image; the paths of its callback and of its webhook."""
    who = user or raw.scene.mia
    id = await raw.served.slash(who, channel, "image", {"prompt": "a fox"}, user_installed=user_installed)
    token = (await raw.served.interaction(id)).token
    return f"/interactions/{id}/{token}/callback", f"/webhooks/{APP}/{token}"


async def test_the_same_nonce_is_the_same_message(raw: Raw) -> None:
    _, first = await raw.post({"content": "x", "nonce": "job:1", "enforce_nonce": True})
    _, again = await raw.post({"content": "y", "nonce": "job:1", "enforce_nonce": True})
    assert (again["id"], again["content"]) == (first["id"], "x")
    await raw.post({"content": "z", "nonce": "job:1"})
    assert [one.content for one in await raw.served.messages(raw.scene.channel)] == ["x", "z"]


async def test_who_is_pinged(raw: Raw) -> None:
    mia, other = raw.scene.mia, await raw.served.user("Noa")
    role = await raw.served.role(raw.scene.guild, "painters", mentionable=True)
    text = f"<@{mia}> <@!{other}> <@&{role}> @everyone `<@{mia}>`"
    rows: list[tuple[dict[str, Any], list[int], list[int]]] = [
        ({}, [mia, other], [role]),
        ({"allowed_mentions": {"parse": []}}, [], []),
        ({"allowed_mentions": {"parse": ["roles"], "users": [str(other)]}}, [other], [role]),
        ({"allowed_mentions": {"parse": ["everyone"]}}, [], []),  # the bot may not ping everyone
    ]
    for more, users, roles in rows:
        await raw.post({"content": text} | more)
        pings = (await raw.served.messages(raw.scene.channel))[-1].pings
        assert (pings.users, pings.roles, pings.everyone) == (users, roles, False)
    await raw.served.permit(raw.scene.channel, APP, allow=["mention_everyone"])
    await raw.post({"content": text})
    assert (await raw.served.messages(raw.scene.channel))[-1].pings.everyone
    said = await raw.served.say(mia, raw.scene.channel, "hello")
    for allowed, users in ((None, [mia]), ({"parse": []}, []), ({"parse": [], "replied_user": True}, [mia])):
        await raw.post({"content": "x", "message_reference": {"message_id": said}, "allowed_mentions": allowed})
        assert (await raw.served.messages(raw.scene.channel))[-1].pings.users == users


async def test_an_edit_keeps_what_it_lists_and_pings_nobody(raw: Raw) -> None:
    _, message = await raw.upload({"content": "x"}, b"one", b"two")
    path = f"/channels/{raw.scene.channel}/messages/{message['id']}"
    kept = message["attachments"][1]
    status, answer = await raw.send(
        "PATCH", path, {"content": f"<@{raw.scene.mia}>", "attachments": [{"id": kept["id"]}]}
    )
    assert (status, [one["filename"] for one in answer["attachments"]]) == (200, ["1.png"])
    seen = await raw.served.message(int(message["id"]))
    assert (seen.edits, seen.pings.users, seen.mentions.users) == (1, [], [raw.scene.mia])
    status, answer = await raw.send("PATCH", path, {"content": "", "attachments": []})
    assert (status, answer["code"]) == (400, 50006)


async def test_links_end(raw: Raw) -> None:
    _, message = await raw.upload({}, b"bytes")
    url = message["attachments"][0]["url"]
    async with raw.http.get(url) as answer:
        assert (answer.status, await answer.read(), answer.content_type) == (200, b"bytes", "image/png")
    async with raw.http.get(url.partition("?")[0]) as answer:
        assert answer.status == 404
    await raw.served.advance(86_401)
    async with raw.http.get(url) as answer:
        assert answer.status == 404


async def test_permissions_threads_and_direct_messages(raw: Raw) -> None:
    served, scene = raw.served, raw.scene

    async def code(channel: int) -> int:
        _, answer = await raw.send("POST", f"/channels/{channel}/messages", {"content": "x"})
        return int(answer.get("code", 0))

    await served.permit(scene.channel, APP, deny=["send_messages"])
    assert await code(scene.channel) == 50013
    await served.permit(scene.channel, APP, deny=["view_channel"])
    assert await code(scene.channel) == 50001
    await served.permit(scene.channel, APP)
    thread = await served.thread(scene.channel)
    await served.change_thread(thread, archived=True)
    assert await code(thread) == 0
    await served.change_thread(thread, archived=True, locked=True)
    assert await code(thread) == 160005
    _, direct = await raw.send("POST", "/users/@me/channels", {"recipient_id": str(scene.mia)})
    assert (int(direct["id"]), await code(int(direct["id"]))) == (await served.dm(scene.mia), 0)
    await served.change_user(scene.mia, dms_open=False)
    assert await code(int(direct["id"])) == 50007
    await served.delete_channel(scene.channel)
    assert await code(scene.channel) == 10003
    strange = await served.channel(await served.guild("Elsewhere", members=[scene.mia], bot=False))
    assert await code(strange) == 50001


async def test_where_the_bot_is_only_a_guest(raw: Raw) -> None:
    await registered(raw)
    strange = await raw.served.channel(await raw.served.guild("Elsewhere", members=[raw.scene.mia], bot=False))
    callback, webhook = await asked(raw, strange, user_installed=True)
    assert (await raw.send("POST", callback, {"type": 4, "data": {"content": "0"}}))[0] == 204
    answers = [await raw.send("POST", webhook, {"content": str(number)}) for number in range(1, 7)]
    assert [status for status, _ in answers] == [200] * 5 + [400]
    assert answers[-1][1]["code"] == 40094
    status, answer = await raw.send("POST", f"/channels/{strange}/messages", {"content": "x"})
    assert (status, answer["code"]) == (403, 50001)
    await raw.served.permit(strange, raw.scene.mia, deny=["use_external_apps"])
    callback, _ = await asked(raw, strange, user_installed=True)
    assert (await raw.send("POST", callback, {"type": 4, "data": {"content": "hidden"}}))[0] == 204
    assert "hidden" not in [one.content for one in await raw.served.messages(strange)]


async def test_the_first_followup_fills_in_what_was_deferred(raw: Raw) -> None:
    await registered(raw)
    callback, webhook = await asked(raw, raw.scene.channel)
    assert (await raw.send("POST", webhook, {"content": "early"}))[1]["code"] == 10015
    status, answer = await raw.send("POST", f"{callback}?with_response=true", {"type": 5, "data": {"flags": 64}})
    assert (status, answer["interaction"]["response_message_loading"]) == (200, True)
    _, first = await raw.send("POST", webhook, {"content": "public?"})
    _, second = await raw.send("POST", webhook, {"content": "public"})
    assert first["id"] == answer["resource"]["message"]["id"]
    assert [(one.content, one.ephemeral) for one in await raw.served.messages(raw.scene.channel)] == [("public", False)]
    shown = await raw.served.messages(raw.scene.channel, as_user=raw.scene.mia)
    assert [(one.content, one.ephemeral) for one in shown] == [("public?", True), ("public", False)]
    status, _ = await raw.send("GET", f"/channels/{raw.scene.channel}/messages/{first['id']}")
    assert status == 404
    assert (await raw.send("DELETE", f"{webhook}/messages/@original"))[0] == 204
    assert (await raw.send("PATCH", f"{webhook}/messages/@original", {"content": "x"}))[1]["code"] == 10008
    assert (await raw.send("GET", f"{webhook}/messages/{second['id']}"))[0] == 200
    await raw.served.kill_token(int(callback.split("/")[2]))
    assert (await raw.send("GET", f"{webhook}/messages/{second['id']}"))[0] == 401


@pytest.mark.parametrize(
    "choices",
    [
        [{"name": f"c{n}", "value": "v"} for n in range(26)],
        [{"name": "n" * 101, "value": "v"}],
        [{"name": "n", "value": "v" * 101}],
        [{"name": "n", "value": 5}],
        [{"name": "", "value": "v"}],
    ],
)
async def test_bad_choices_are_refused(raw: Raw, choices: list[dict[str, Any]]) -> None:
    option = {"name": "prompt", "description": "What.", "type": 3, "autocomplete": True}
    await registered(raw, options=[option])
    id = await raw.served.autocomplete(raw.scene.mia, raw.scene.channel, "image", "prompt", {"prompt": "f"})
    token = (await raw.served.interaction(id)).token
    body = {"type": 8, "data": {"choices": choices}}
    status, answer = await raw.send("POST", f"/interactions/{id}/{token}/callback", body)
    assert (status, answer["code"]) == (400, 50035)
    status, answer = await raw.send(
        "POST", f"/interactions/{id}/{token}/callback", {"type": 4, "data": {"content": "x"}}
    )
    assert (status, answer["code"]) == (400, 50035)


async def test_an_interaction_has_its_own_size_limit(raw: Raw) -> None:
    await registered(raw)
    id = await raw.served.slash(raw.scene.mia, raw.scene.channel, "image", {"prompt": "x"}, size_limit=10)
    token = (await raw.served.interaction(id)).token
    form = aiohttp.FormData({"payload_json": json.dumps({"type": 4, "data": {"content": "x"}})}, quote_fields=False)
    form.add_field("files[0]", "x" * 11, filename="a.txt")
    status, answer = await raw.send("POST", f"/interactions/{id}/{token}/callback", data=form)
    assert (status, answer["code"]) == (413, 40005)


async def test_what_a_person_cannot_do(raw: Raw) -> None:
    await registered(raw)
    _, message = await raw.post({"content": "x", "components": [{"type": 1, "components": [button(disabled=True)]}]})
    mia, channel = raw.scene.mia, raw.scene.channel
    for attempt in (
        raw.served.slash(mia, channel, "paint", {}),
        raw.served.slash(mia, channel, "image", {}),
        raw.served.slash(mia, channel, "image", {"prompt": 5}),
        raw.served.slash(mia, channel, "image", {"prompt": "x", "colour": "y"}),
        raw.served.press(mia, int(message["id"]), label="Again"),
        raw.served.slash(await raw.served.user("Stranger"), channel, "image", {"prompt": "x"}),
    ):
        with pytest.raises(ValueError):  # noqa: PT011  # each says what is impossible
            await attempt


async def test_faults(raw: Raw) -> None:
    posts = {"method": "POST", "path": "/channels/*/messages"}
    for fault in ("lost", "cut", "hang"):
        await raw.served.fault(fault, delay_s=0.05, **posts)  # type: ignore[arg-type]
        with pytest.raises(aiohttp.ClientError):
            await raw.post({"content": fault})
    await raw.served.fault("status", status=409, code=1, message="no", **posts)  # type: ignore[arg-type]
    assert await raw.post({"content": "x"}) == (409, {"message": "no", "code": 1})
    await raw.served.fault("delay", delay_s=0.05, skip=1, **posts)  # type: ignore[arg-type]
    assert [(await raw.post({"content": text}))[0] for text in ("first", "second")] == [200, 200]
    contents = [one.content for one in await raw.served.messages(raw.scene.channel)]
    assert contents == ["lost", "first", "second"]
    assert [one.used for one in await raw.served.faults()] == [1] * 5
    assert await raw.served.refusals() == []


async def test_a_process_of_its_own_has_the_same_doors(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    async with remote.spawned(TOKEN, "--record", str(record)) as door:
        mia = await door("user", name="Mia", locale="zh-CN")
        guild = await door("guild", members=[mia])
        channel = await door("channel", guild=guild)
        await door("say", user=mia, channel=channel, content="look", files=[File(name="a.png", data=b"bytes")])
        (seen,) = await door("messages", channel=channel, as_user=mia)
        assert (seen["author"], seen["files"][0]["size_bytes"], seen["pings"]["users"]) == ("Mia", 5, [])
        assert await door("changed", since=await door("changes"), timeout_s=0.01) > 0
        async with door.http.get(f"{door.api}/users/@me", headers={"Authorization": f"Bot {TOKEN}"}) as answer:
            assert answer.status == 200
        with pytest.raises(remote.Refused, match="no command"):
            await door("slash", user=mia, channel=channel, name="x")
        with pytest.raises(remote.Refused, match="no such door"):
            await door("nothing")
        with pytest.raises(TimeoutError):
            await door("wait_messages", channel=channel, count=2, timeout_s=0.01)
        await door("fault", name="status", status=503)
        assert await door("refusals") == []
    (line,) = [json.loads(one) for one in record.read_text().splitlines()]
    assert (line["kind"], line["path"], line["status"]) == ("request", "/users/@me", 200)
    assert line["headers"]["Authorization"] == f"Bot {TOKEN}"


async def test_a_file_in_a_slash_command(raw: Raw) -> None:
    await registered(raw, options=[{"name": "picture", "description": "Which.", "type": 11}])
    picture = File(name="face.png", data=b"bytes")
    id = await raw.served.slash(raw.scene.mia, raw.scene.channel, "image", {"picture": picture})
    data = raw.served.world.interactions[id].data
    (found,) = data["resolved"]["attachments"].values()
    assert (data["options"][0]["value"], found["size"]) == (found["id"], 5)
    async with raw.http.get(found["url"]) as answer:
        assert await answer.read() == b"bytes"
