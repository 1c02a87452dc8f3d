"""Pictures: a ground that differs with every request, the inputs, and a card that says what was asked."""

import dataclasses
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from bot.simulator.media import sizes, texts

Colour = tuple[int, int, int]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is to be drawn."""

    size: sizes.Size
    head: str  # one short line: model and size
    text: str  # the prompt
    digest: str  # hex; decides the ground
    inputs: tuple[Path, ...] = ()  # pictures to show
    absent: tuple[str, ...] = ()  # addresses of pictures that lie elsewhere


def draw(spec: Picture) -> Image.Image:
    """Draw it, at exactly the asked size."""
    width, height = spec.size
    canvas = ground(spec.size, spec.digest)
    if spec.inputs or spec.absent:
        _paste_inputs(canvas, spec)
    room = 0.36 if spec.inputs or spec.absent else 0.6
    edge = min(width, height) // 24
    card = texts.panel(spec.head, spec.text, width=width - 2 * edge, height=round(height * room))
    canvas.paste(card, (edge, height - edge - card.height), card)
    return canvas


def save(image: Image.Image, path: Path, format: str) -> None:
    """Write a picture as png, jpeg or webp, in the quick way."""
    if format == "png":
        image.save(path, "PNG", compress_level=1)
    elif format == "jpeg":
        image.save(path, "JPEG", quality=88)
    else:
        image.save(path, "WEBP", quality=80, method=0)


def ground(size: sizes.Size, digest: str) -> Image.Image:
    """A gradient with some shapes, all read from the digest."""
    dice = random.Random(digest)
    width, height = size
    ramp = Image.linear_gradient("L").resize((1, height)).resize(size, Image.Resampling.NEAREST)
    if dice.random() < 0.5:
        ramp = ImageOps.flip(ramp)
    canvas = ImageOps.colorize(ramp, black=_colour(dice, 20, 120), white=_colour(dice, 120, 240))
    pen = ImageDraw.Draw(canvas)
    for _ in range(7):
        radius = dice.uniform(0.05, 0.25) * min(size)
        left, top = dice.uniform(0, width), dice.uniform(0, height)
        box = (left - radius, top - radius, left + radius, top + radius)
        outline = max(2, min(size) // 120)
        if dice.random() < 0.5:
            pen.ellipse(box, fill=_colour(dice, 60, 250))
        else:
            pen.rounded_rectangle(box, radius / 4, outline=_colour(dice, 160, 255), width=outline)
    return canvas


def portrait(size: sizes.Size) -> Image.Image:
    """A face, for those who need one to try the talking heads."""
    width, height = size
    canvas = ground(size, "portrait")
    pen = ImageDraw.Draw(canvas)
    x, y, unit = width / 2, height * 0.45, min(size) / 10

    def oval(dx: float, dy: float, rx: float, ry: float, colour: Colour) -> None:
        left, top = x + dx * unit, y + dy * unit
        pen.ellipse((left - rx * unit, top - ry * unit, left + rx * unit, top + ry * unit), fill=colour)

    oval(0, 6.2, 4.4, 3.2, (46, 74, 120))
    oval(0, -0.6, 3.1, 3.4, (58, 38, 30))
    oval(0, 0.4, 2.5, 3.1, (240, 200, 172))
    for side in (-1, 1):
        oval(side * 0.95, -0.1, 0.42, 0.3, (255, 255, 255))
        oval(side * 0.95, -0.1, 0.2, 0.22, (50, 60, 70))
    oval(0, 0.8, 0.2, 0.42, (226, 180, 150))
    oval(0, 2.0, 0.85, 0.25, (184, 70, 76))
    return canvas


def open_input(path: Path) -> Image.Image:
    """An input picture as people see it: turned upright, without transparency."""
    with Image.open(path) as image:
        return ImageOps.exif_transpose(image).convert("RGB")


def _paste_inputs(canvas: Image.Image, spec: Picture) -> None:
    """Show the inputs side by side in the upper part; what lies elsewhere as a card with its address."""
    width, height = spec.size
    edge = min(width, height) // 24
    shown: list[Path | str] = list(spec.inputs)
    shown = [*shown, *spec.absent][:6]
    cell = ((width - edge * (len(shown) + 1)) // len(shown), round(height * 0.58) - 2 * edge)
    for place, one in enumerate(shown):
        if isinstance(one, Path):
            image = ImageOps.contain(open_input(one), cell)
        else:
            image = texts.panel("input", one, width=cell[0], height=cell[1]).convert("RGB")
        left = edge + place * (cell[0] + edge) + (cell[0] - image.width) // 2
        frame = max(2, edge // 6)
        canvas.paste(ImageOps.expand(image, frame, "white"), (left - frame, edge + (cell[1] - image.height) // 2))


def _colour(dice: random.Random, low: int, high: int) -> Colour:
    return dice.randint(low, high), dice.randint(low, high), dice.randint(low, high)
