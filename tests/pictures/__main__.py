"""`python -m tests.pictures`: makes docs/pictures anew; without a Chromium it says so and changes nothing."""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot import drawing
from tests import cards
from tests.pictures import chromium, discord_page, discord_play, gallery, seen, telegram_page, telegram_play


async def played() -> list[seen.Scene]:
    """Every scene of both platforms."""
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder:
        plays = discord_play.scenes(Path(folder, "discord")), telegram_play.scenes(Path(folder, "telegram"))
        discord, telegram = await asyncio.gather(*plays)
        return discord + telegram


def shoot(browser: str, scenes: Sequence[seen.Scene]) -> None:
    """A PNG of each scene, and the page that shows them; what belongs to no scene goes."""
    gallery.FOLDER.mkdir(parents=True, exist_ok=True)
    for old in [*gallery.FOLDER.glob("discord-*.png"), *gallery.FOLDER.glob("telegram-*.png")]:
        old.unlink()
    for scene in scenes:
        source = discord_page if scene.platform == "discord" else telegram_page
        data = chromium.photographed(browser, source.page(scene), width=source.WIDTH)
        (gallery.FOLDER / f"{scene.name}.png").write_bytes(data)
        print(f"{scene.name}.png  {len(data) // 1000} kB")
    lay_cards()
    gallery.README.write_text(gallery.readme(scenes), encoding="utf-8")


def lay_cards() -> None:
    """The usage cards of made-up people; they are drawn by the bot itself."""
    for name in gallery.CARDS:
        card = cards.ALL[name.removeprefix("usage-")]
        (gallery.FOLDER / f"{name}.png").write_bytes(drawing.draw(card))


if __name__ == "__main__":
    if (browser := chromium.found()) is None:
        sys.exit(print("No Chromium was found, so the pictures stay as they are. CHROMIUM=/path/to/it names one."))
    shoot(browser, asyncio.run(played()))
