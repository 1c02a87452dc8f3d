"""Photographs: a page in, a small PNG out, by a Chromium without a window and without the network."""

import io
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

NAMES = ("chromium", "chromium-browser", "google-chrome")
TIME_S = 60.0  # for one picture; it takes about a second
TALL = 4000  # pixels of the page before it is cut to what is on it
MARGIN = 14  # pixels that stay below the last thing
LARGEST = 120_000  # bytes of a picture
COLOURS = (192, 128, 64, 32)  # fewer until it fits
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
)


def found() -> str | None:
    """The browser on this machine; None when there is none. CHROMIUM names another one."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def photographed(browser: str, page: str, *, width: int) -> bytes:
    """A PNG of a page, as wide as said and as high as what is on it."""
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder:
        source, target = Path(folder, "page.html"), Path(folder, "page.png")
        source.write_text(page, encoding="utf-8")
        command = [
            browser,
            *FLAGS,
            f"--user-data-dir={folder}/profile",
            f"--window-size={width},{TALL}",
            f"--screenshot={target}",
            source.as_uri(),
        ]
        subprocess.run(command, check=True, timeout=TIME_S, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with Image.open(target) as picture:
            return _small(_cut(picture.convert("RGB")))


def _cut(picture: Image.Image) -> Image.Image:
    """Without the empty rest below: the page's last row is empty."""
    ground = picture.getpixel((2, picture.height - 1))
    box = ImageChops.difference(picture, Image.new("RGB", picture.size, ground)).getbbox()
    bottom = min(picture.height, (box[3] if box else 0) + MARGIN)
    return picture.crop((0, 0, picture.width, bottom))


def _small(picture: Image.Image) -> bytes:
    """With as many colours as fit; the fewest when none do."""
    data = b""
    for colours in COLOURS:
        out = io.BytesIO()
        reduced = picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        reduced.save(out, "PNG", optimize=True)
        data = out.getvalue()
        if len(data) <= LARGEST:
            break
    return data
