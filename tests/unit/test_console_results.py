"""Results on disk: copied once, never over something else, and shown where they are kept when that fails."""

from pathlib import Path

import pytest

from adapters.console.results import Results, Saved
from bot import media
from bot.replies import Attachment

FACTS = media.Facts(kind=media.MediaKind.IMAGE, mime="image/png", size_bytes=3, width=1, height=1)
FOX = Attachment(path="jobs/K7Q2/0-0.png", name="K7Q2.png", facts=FACTS)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "data" / FOX.path
    path.parent.mkdir(parents=True)
    path.write_bytes(b"fox")
    return path


@pytest.fixture
def results(tmp_path: Path, kept: Path) -> Results:
    return Results(tmp_path / "results", files_root=tmp_path / "data")


async def test_a_result_is_copied_once(results: Results, tmp_path: Path) -> None:
    saved = [await results.save(FOX), await results.save(FOX)]
    assert saved == [Saved(path=tmp_path / "results" / "K7Q2.png", facts=FACTS)] * 2
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["K7Q2.png"]
    assert saved[0].path.read_bytes() == b"fox"


async def test_another_file_of_that_name_is_left_alone(results: Results, tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "K7Q2.png").write_bytes(b"somebody's owl")
    saved = await results.save(FOX)
    assert saved.path.name == "K7Q2_2.png"
    assert saved.path.read_bytes() == b"fox"
    assert (tmp_path / "results" / "K7Q2.png").read_bytes() == b"somebody's owl"


async def test_a_folder_that_cannot_be_written_leads_to_the_kept_file(tmp_path: Path, kept: Path) -> None:
    (tmp_path / "results").write_text("a file where a folder should be")
    saved = await Results(tmp_path / "results", files_root=tmp_path / "data").save(FOX)
    assert saved == Saved(path=kept, facts=FACTS, trouble="File exists")


async def test_a_name_never_leads_out_of_the_folder(results: Results, tmp_path: Path) -> None:
    saved = await results.save(Attachment(path=FOX.path, name="../../fox.png", facts=FACTS))
    assert saved.path == tmp_path / "results" / "fox.png"


async def test_a_path_below_the_working_folder_is_shown_relative(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert (await results.save(FOX)).path == Path("results/K7Q2.png")
