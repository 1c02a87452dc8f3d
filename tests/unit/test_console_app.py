"""The console from its input to its output, over real pipes; commands and studio are stand-ins."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from adapters.console import ConsoleApp, Options, Streams
from adapters.console.inbound import Ear
from adapters.console.outbound import Choice
from adapters.console.streams import Line
from bot import errors
from bot.commands import Heard, Texts
from bot.replies import Attachment, Button, Prose, Quoted, Reply, text
from tests import factories

FACTS = factories.facts(size_bytes=340_000)
LEFT = text("receipt.line", used=text("used.own", used=5), left=995, took="38 s", job="K7Q2")


def said(words: str, *, kind: str = "message", job: str | None = None) -> Reply:
    return Reply(lines=(text("card.prompt", prompt=Quoted(words=words)),), kind=kind, job=job)


def done(job: str, *, path: str = "fox.png") -> Reply:
    again = Button(action="again", subject=job, label=text("button.again", price=5))
    picture = Attachment(path=path, name=f"{job}.png", facts=FACTS)
    return Reply(lines=(LEFT,), media=(picture,), buttons=(again,), kind="done", job=job, facts={"used_credits": 5})


@dataclass
class Echo:
    """Commands that say what they heard; `/job ID` begins a job."""

    heard: list[Heard] = field(default_factory=list)

    async def answer(self, heard: Heard) -> Reply:
        self.heard.append(heard)
        head, _, rest = heard.text.partition(" ")
        return said(rest, kind="queued", job=rest) if head == "/job" else said(heard.text)

    async def language(self, heard: Heard) -> str:
        return heard.person.language or ""


@dataclass
class Studio:
    """Jobs that end when the test says so."""

    jobs: dict[str, asyncio.Event] = field(default_factory=dict)
    awaited: list[str] = field(default_factory=list)
    idled: bool = False

    async def ended(self, job_id: str) -> None:
        self.awaited.append(job_id)
        await self.jobs.setdefault(job_id, asyncio.Event()).wait()

    async def idle(self) -> None:
        self.idled = True


@dataclass
class House:
    """A console between two pipes."""

    app: ConsoleApp
    commands: Echo
    studio: Studio
    stdout: int
    listening: bool = True  # whether somebody reads what it says

    def out(self) -> str:
        return os.read(self.stdout, 1_000_000).decode()

    def leave(self) -> None:
        os.close(self.stdout)
        self.listening = False


Make = Callable[..., "House"]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Make]:
    """Makes consoles; closes what they left open."""
    opened: list[int] = []
    made: list[House] = []

    def make(lines: str, **options: object) -> House:
        (tmp_path / "input").write_text(lines, "utf-8")
        stdin = os.open(tmp_path / "input", os.O_RDONLY)
        read, write = os.pipe()
        opened.extend((stdin, write))
        commands, studio = Echo(), Studio()
        app = ConsoleApp(
            commands=commands,
            studio=studio,
            texts=Texts(),
            files_root=tmp_path / "data",
            results=tmp_path / "results",
            options=Options(**options),  # type: ignore[arg-type]  # as each test names them
            through=Streams(stdin=stdin, stdout=write),
        )
        made.append(House(app=app, commands=commands, studio=studio, stdout=read))
        return made[-1]

    yield make
    for fd in (*opened, *(each.stdout for each in made if each.listening)):
        os.close(fd)


@pytest.fixture(autouse=True)
def picture(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "fox.png").write_bytes(b"fox")


@asynccontextmanager
async def running(app: ConsoleApp) -> AsyncIterator["asyncio.Task[int]"]:
    task = asyncio.create_task(app.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(met: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not met():  # noqa: ASYNC110 (the turn of others is all it waits for)
            await asyncio.sleep(0)


async def test_lines_are_answered_in_turn(house: Make) -> None:
    made = house("/credits\n\n# a comment\n  /help image  \r\n")
    assert await made.app.run() == 0
    assert made.out() == "> /credits\n“/credits”\n> /help image\n“/help image”\n"
    assert made.studio.idled


async def test_a_line_is_heard_with_its_own_key(house: Make) -> None:
    made = house("/credits\n\n/help\n", user="Mia", language="zh")
    await made.app.run()
    first, second = made.commands.heard
    session = first.key.removesuffix(":1")
    assert second == Heard(
        text="/help",
        person=factories.person(user="Mia", name="Mia", language="zh", handle="Mia"),
        place=factories.place(),
        key=f"{session}:3",
        interactive=False,
        local=True,
    )
    assert first.key != second.key


async def test_the_next_line_waits_for_the_job_of_the_one_before(house: Make, tmp_path: Path) -> None:
    made = house("/job K7Q2\n/credits\n")
    async with running(made.app) as run:
        await until(lambda: made.studio.awaited)
        assert [heard.text for heard in made.commands.heard] == ["/job K7Q2"]
        await made.app.platform.edit(factories.place(), "K7Q2", done("K7Q2"), language="en")
        made.studio.jobs["K7Q2"].set()
        assert await run == 0
    assert made.out() == (
        "> /job K7Q2\n“K7Q2”\n5 of your own used, 995 left · 38 s · K7Q2\n"
        f"  {tmp_path}/results/K7Q2.png  image/png  1376×768  340 kB\n  type: again K7Q2 · 5\n"
        "> /credits\n“/credits”\n"
    )
    assert (tmp_path / "results" / "K7Q2.png").read_bytes() == b"fox"


async def test_several_lines_may_be_at_work_at_once(house: Make) -> None:
    made = house("/job A\n/job B\n/job C\n", parallel=2)
    async with running(made.app) as run:
        await until(lambda: made.studio.awaited == ["A", "B"])
        made.studio.jobs["B"].set()
        await until(lambda: made.studio.awaited == ["A", "B", "C"])
        for event in made.studio.jobs.values():
            event.set()
        assert await run == 0


async def test_progress_prints_nothing_and_a_crowd_is_said_once(house: Make) -> None:
    made = house("")
    for kind in ("running", "busy", "running", "busy"):
        await made.app.platform.edit(factories.place(), "K7Q2", said(kind, kind=kind, job="K7Q2"), language="en")
    assert made.out() == "“busy”\n"


async def test_an_end_is_not_followed_by_its_beginning(house: Make) -> None:
    made = house("")
    await made.app.platform.post(factories.place(), said("failed", kind="failed", job="K7Q2"), language="en")
    await made.app.platform.post(factories.place(), said("queued", kind="queued", job="K7Q2"), language="en")
    assert made.out() == "“failed”\n"


async def test_the_message_of_a_job_is_named_like_it(house: Make) -> None:
    made = house("")
    post = made.app.platform.post
    assert await post(factories.place(), done("K7Q2"), language="en") == "K7Q2"
    assert await post(factories.place(), said("hello"), language="en") is None


async def test_json_is_one_object_a_reply(house: Make, tmp_path: Path) -> None:
    made = house("/credits\n", json=True)
    await made.app.run()
    await made.app.platform.post(factories.place(), done("K7Q2"), language="en")
    assert [json.loads(line) for line in made.out().splitlines()] == [
        {"kind": "message", "text": "“/credits”", "job": None, "files": [], "buttons": [], "line": 1},
        {
            "kind": "done",
            "text": "5 of your own used, 995 left · 38 s · K7Q2",
            "job": "K7Q2",
            "files": [
                {
                    "path": f"{tmp_path}/results/K7Q2.png",
                    "mime": "image/png",
                    "width": 1376,
                    "height": 768,
                    "duration_s": None,
                    "size_bytes": 340_000,
                }
            ],
            "buttons": [{"command": "again K7Q2", "label": "Again · 5"}],
            "line": None,
            "used_credits": 5,
        },
    ]


async def test_words_are_shown_as_they_were_written_and_saved(house: Make, tmp_path: Path) -> None:
    file = Attachment(path="fox.png", name="K7Q2.txt", facts=FACTS)
    again = replace(done("K7Q2"), media=(), prose=Prose(words="A **fox**\n\n- small \x1b[2J", files=(file,)))
    for json_too in (False, True):
        made = house("", json=json_too)
        await made.app.run()
        await made.app.platform.post(factories.place(), replace(again, lines=(said("x").lines[0], LEFT)), language="en")
        shown = "“x”\nA **fox**\n\n- small \N{REPLACEMENT CHARACTER}[2J\n5 of your own used, 995 left · 38 s · K7Q2\n"
        if json_too:
            line = json.loads(made.out())
            assert (line["prose"], [Path(each["path"]).name for each in line["files"]]) == (
                "A **fox**\n\n- small \x1b[2J",
                ["K7Q2.txt"],
            )
        else:
            assert made.out().startswith(shown)


async def test_nothing_that_is_said_moves_the_cursor(house: Make) -> None:
    made = house("/say \x1b[2J\x07hello\n")
    await made.app.run()
    assert "\x1b" not in made.out()


async def test_a_reader_that_left_ends_it_quietly_and_delivers_nothing(house: Make) -> None:
    made = house("/job K7Q2\n")
    async with running(made.app) as run:
        await until(lambda: made.studio.awaited)
        made.leave()
        with pytest.raises(errors.Undelivered):
            await made.app.platform.post(factories.place(), done("K7Q2"), language="en")
        assert await run == 0
    assert not made.studio.idled


async def test_a_file_that_cannot_be_copied_is_shown_where_it_is_kept(house: Make, tmp_path: Path) -> None:
    (tmp_path / "results").write_text("in the way")
    made = house("")
    await made.app.platform.post(factories.place(), done("K7Q2"), language="en")
    assert made.out().splitlines()[1:3] == [
        f"  {tmp_path}/data/fox.png  image/png  1376×768  340 kB",
        f"  This file could not be copied to the results folder (File exists), so {tmp_path}/data/fox.png is the copy "
        "kept in the data folder.",
    ]


async def test_a_line_that_is_no_text_is_refused_by_its_number(house: Make) -> None:
    made = house("x" * 300_000 + "\n/credits\n", json=True)
    assert await made.app.run() == 0
    first, second = map(json.loads, made.out().splitlines())
    assert (first["kind"], first["line"], second["line"]) == ("error", 1, 2)
    assert [heard.text for heard in made.commands.heard] == ["/credits"]


async def test_a_full_disk_is_the_operators_matter(tmp_path: Path) -> None:
    (tmp_path / "input").write_text("/credits\n")
    stdin, full = os.open(tmp_path / "input", os.O_RDONLY), os.open("/dev/full", os.O_WRONLY)
    app = ConsoleApp(
        commands=Echo(),
        studio=Studio(),
        texts=Texts(),
        files_root=tmp_path,
        results=tmp_path / "results",
        options=Options(),
        through=Streams(stdin=stdin, stdout=full),
    )
    with pytest.raises(errors.OperatorError, match="Standard output can't be written: No space left on device"):
        await app.run()
    for fd in (stdin, full):
        os.close(fd)


async def test_input_that_cannot_be_read_is_the_operators_matter(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    app = ConsoleApp(
        commands=Echo(),
        studio=Studio(),
        texts=Texts(),
        files_root=tmp_path,
        results=tmp_path / "results",
        options=Options(),
        through=Streams(stdin=folder, stdout=None),
    )
    with pytest.raises(errors.OperatorError, match="Standard input can't be read: Is a directory"):
        await app.run()
    os.close(folder)


async def test_a_closed_input_is_at_its_end(tmp_path: Path) -> None:
    studio = Studio()
    app = ConsoleApp(
        commands=Echo(),
        studio=studio,
        texts=Texts(),
        files_root=tmp_path,
        results=tmp_path / "results",
        options=Options(),
        through=Streams(stdin=None, stdout=None),
    )
    assert await app.run() == 0
    assert studio.idled


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("y", "gift K7Q2AB"),
        ("好的", "gift K7Q2AB"),
        ("n", "decline K7Q2AB"),
        ("later", "later"),
        ("yes please", "yes please"),
    ],
)
def test_a_short_answer_stands_for_what_was_asked_last(typed: str, meant: str) -> None:
    label = text("button.show")
    asked = Choice.of([Button(action=action, subject="K7Q2AB", label=label) for action in ("gift", "vary", "decline")])
    heard = Ear(user="Mia", language="en", interactive=True).heard(Line(number=1, text=typed), question=asked)
    assert heard is not None
    assert heard.text == meant
    assert Choice.of([Button(action="start", subject="K7Q2AB", label=label)]) is None
