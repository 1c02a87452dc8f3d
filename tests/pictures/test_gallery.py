"""The pictures and the page that shows them agree, and stay small."""

import re

from tests.pictures import chromium, gallery


def test_every_picture_is_shown_once_and_every_one_shown_is_there() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", gallery.README.read_text("utf-8"))
    assert sorted(shown) == sorted(path.name for path in gallery.FOLDER.glob("*.png"))
    assert shown


def test_pictures_stay_small() -> None:
    large = [path.name for path in gallery.FOLDER.glob("*.png") if path.stat().st_size > chromium.LARGEST]
    assert large == []
