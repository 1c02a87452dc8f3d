"""Members' files on their way in: from Discord's own hosts only, within limits, and put away afterwards."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp.test_utils
import pytest

from adapters.discord import intake, options, rightclicks
from adapters.discord.intake import Cdn, Intake, Sent
from bot.media import MediaKind, MediaTrouble
from tests.discord_server import File
from tests.discord_stage import Stage, opened

FACE = File(name="face.png", data=b"\x89PNG a face", content_type="image/png")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A Discord with Mia in it; the bot is not needed."""
    async with opened(tmp_path) as stage:
        yield stage


@pytest.fixture
async def cdn(stage: Stage) -> AsyncIterator[Cdn]:
    """Its file hosts."""
    made = Cdn(options.cdn_hosts(stage.options()))
    yield made
    await made.close()


async def posted(stage: Stage) -> str:
    """The signed address of a picture."""
    message = await stage.served.say(stage.scene.mia, stage.scene.channel, "look", files=[FACE])
    return (await stage.served.message(message)).files[0].url


async def test_a_file_is_fetched_whole(stage: Stage, cdn: Cdn, tmp_path: Path) -> None:
    into = tmp_path / "face.png"
    assert await cdn.fetch(await posted(stage), into, most_bytes=100) is None
    assert into.read_bytes() == FACE.data


async def test_a_file_that_is_larger_than_it_said_is_not_kept_on_being_fetched(
    stage: Stage, cdn: Cdn, tmp_path: Path
) -> None:
    assert await cdn.fetch(await posted(stage), tmp_path / "x", most_bytes=5) is MediaTrouble.TOO_LARGE


async def test_a_link_that_has_run_out_is_expired(stage: Stage, cdn: Cdn, tmp_path: Path) -> None:
    url = await posted(stage)
    await stage.served.advance(25 * 3600)
    assert await cdn.fetch(url, tmp_path / "x", most_bytes=100) is MediaTrouble.EXPIRED


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/a.png",
        "http://169.254.169.254/latest/meta-data",
        "https://cdn.discordapp.com.evil.example/a.png",
        "https://user@evil.example/cdn.discordapp.com/a.png",
        "file:///etc/passwd",
    ],
)
async def test_nothing_is_fetched_from_anywhere_else(cdn: Cdn, tmp_path: Path, url: str) -> None:
    assert await cdn.fetch(url, tmp_path / "x", most_bytes=100) is MediaTrouble.NOT_PUBLIC
    assert not (tmp_path / "x").exists()


async def test_a_host_that_does_not_answer_is_unreachable(stage: Stage, tmp_path: Path) -> None:
    port = aiohttp.test_utils.unused_port()
    away = Cdn(frozenset({f"127.0.0.1:{port}"}))
    try:
        assert await away.fetch(f"http://127.0.0.1:{port}/a", tmp_path / "x", most_bytes=9) is MediaTrouble.UNREACHABLE
    finally:
        await away.close()


class Nowhere:
    """A host that has every file, empty."""

    async def fetch(self, url: str, into: Path, *, most_bytes: int) -> MediaTrouble | None:
        into.write_bytes(b"x")
        return None

    async def close(self) -> None:
        return None


async def test_a_provider_may_fetch_what_lies_behind_https_until_it_runs_out(tmp_path: Path) -> None:
    taken = Intake(Nowhere(), scratch=tmp_path / "scratch")
    url = "https://cdn.discordapp.com/attachments/1/2/a.png?ex=65f0c000&is=1&hm=2"
    (given,) = await taken.taken([Sent(url=url, name="A b.PNG", kind=MediaKind.IMAGE, field="last")], event="7")
    assert (given.url, given.url_until, given.field) == (url, intake.until(url), "last")
    assert Path(given.source).name == "0.png"
    await taken.put_away("7")
    assert list((tmp_path / "scratch").iterdir()) == []


async def test_what_an_earlier_process_left_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / "scratch" / "7").mkdir(parents=True)
    (tmp_path / "scratch" / "7" / "0.png").write_bytes(b"x")
    Intake(Nowhere(), scratch=tmp_path / "scratch").clear()
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_message_shows_its_files_else_the_pictures_of_its_embeds() -> None:
    picture = {"url": "https://cdn.discordapp.com/a", "filename": "a.png", "size": 3, "content_type": "image/png"}
    notes = {"url": "https://cdn.discordapp.com/b", "filename": "b.txt", "size": 3, "content_type": "text/plain"}
    embed = {"image": {"url": "https://evil.example/c", "proxy_url": "https://media.discordapp.net/c"}}
    sent = Sent(url=picture["url"], name="a.png", kind=MediaKind.IMAGE, size_bytes=3)  # type: ignore[arg-type]
    assert rightclicks.media_of({"attachments": [picture, notes], "embeds": [embed]}) == (sent,)
    assert rightclicks.media_of({"attachments": [notes], "embeds": [embed, {"title": "x"}]}) == (
        Sent(url="https://media.discordapp.net/c", name="picture", kind=MediaKind.IMAGE),
    )
    assert rightclicks.media_of({"attachments": [], "embeds": []}) == ()
