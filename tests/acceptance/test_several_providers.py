"""Several providers in one bot: what is offered and checked, the operator's changes, and results called back."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot import catalogue, errors
from bot.engine.addresses import Addresses
from bot.engine.callbacks import Receiver
from bot.engine.clock import SystemClock
from bot.engine.dispatch import Dispatch
from bot.engine.limits import Pace
from bot.engine.world import World
from bot.files.folder import Folder
from bot.jobs import Job, JobState, Usage
from bot.providers.pxz import Pxz
from bot.requests import Kind
from bot.simulator import Options as Plays
from bot.simulator import Simulator, serve
from bot.studio import Accepted, Asked, Studio
from bot.web.server import Server
from storage.journal import CallJournal
from storage.store import SqlStore
from tests import factories
from tests.acceptance.house import House, traceback_in
from tests.scripted import RememberedDelivery


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(folder=tmp_path)


def having(house: House, **settings: str) -> House:
    return replace(house, settings={**house.settings, **settings})


def test_models_say_why_they_are_not_offered(house: House) -> None:
    (house.folder / "mine.toml").write_text('[models."grok-imagine"]\nhidden = true\ntitle = "Filmer"\n')
    simulated = {model["model"]: model for model in having(house, ATELIER_TOML="mine.toml").asked("models")}
    assert (simulated["gpt-image-2"]["available"], simulated["gpt-image-2"]["why"]) == (True, "")
    filmer = simulated["grok-imagine"]
    assert (filmer["title"], filmer["available"], filmer["why"]) == ("Filmer", False, "hidden in atelier.toml")
    keyed = {model["model"]: model for model in having(house, NEXUS_KEY="sk-1").asked("models")}
    assert keyed["gpt-image-2"]["why"] == "UNIALL_KEY is not set"


def test_a_bad_change_stops_the_start_and_is_named(house: House) -> None:
    (house.folder / "mine.toml").write_text('# mine\n[models."grok-imagin"]\nprice = 5\n')
    for command in ("run", "models"):
        ended = having(house, ATELIER_TOML="mine.toml").bot(command)
        assert (ended.returncode, ended.stdout, traceback_in(ended.stderr)) == (1, "", False)
        assert "mine.toml, line 2: there is no model grok-imagin. Did you mean grok-imagine?" in ended.stderr


def test_every_key_is_checked_by_its_own_name(house: House) -> None:
    with house.start("simulate", "--key", "sk-right") as simulator:
        assert simulator.stdout is not None
        url = simulator.stdout.readline().strip()
        accounts = {
            f"{name.upper()}_{what}": value
            for name in ("llmage", "nexus", "pxz")
            for what, value in (("KEY", "sk-right"), ("BASE_URL", f"{url}/{name}"))
        }
        right = having(house, **accounts).bot("check").stdout
        wrong = having(house, **{**accounts, "LLMAGE_KEY": "sk-wrong"}).bot("check").stdout
        simulator.terminate()
    assert "ok llmage models: " in right
    assert "skipped nexus key: " in right
    assert "bad pxz results: " in right
    assert "uniall" not in right
    assert "bad llmage models: " in wrong
    assert "Put a valid key into LLMAGE_KEY." in wrong


# --- called back or asked for, with everything real but the platform -------------------------------------------------


class Bot:
    """A studio, its engine and its web server."""

    def __init__(self, store: SqlStore, folder: Path, played: Simulator, *, result_path: str = "") -> None:
        self.store = store
        self.played = played
        self.delivery = RememberedDelivery()
        self.files = Folder(folder, secret="s", allowed=[played.url])
        self.provider = Pxz(key=Plays().key, base_url=played.addresses["pxz"], result_path=result_path)
        self.journal = CallJournal(folder / "atelier.db")
        self.world = World(
            store=store,
            providers={"pxz": self.provider},
            journal=self.journal,
            files=self.files,
            delivery=self.delivery,
            clock=SystemClock(),
            pace=Pace(first_s=0.02, every_s=0.05),
            addresses=Addresses(secret="s"),
        )
        self.dispatch = Dispatch(self.world)
        self.studio = Studio(self.world, dispatch=self.dispatch, welcome={}, ask_above={})
        self.server = Server(
            host="127.0.0.1",
            port=0,
            version="1",
            running=dict,
            lending=self.files,
            callback=Receiver(self.world).take,
        )

    async def start(self, *, reached: bool) -> None:
        """`reached`: whether the provider finds our web server."""
        await self.server.start()
        self.world.addresses.base = self.server.url if reached else None
        await self.dispatch.start()

    async def stop(self) -> None:
        await self.dispatch.stop(grace_s=5.0)
        await self.server.stop()
        await self.provider.close()
        await self.files.close()
        self.journal.close()


RESULTS = "/api/openapi/tasks/{task_id}"
ESTIMATE = Usage(credits=20)  # of the provider, as the simulator reckons two pictures


@asynccontextmanager
async def opened(store: SqlStore, folder: Path, *, result_path: str = "", reached: bool = True) -> AsyncIterator[Bot]:
    async with AsyncExitStack() as stack:
        played = await stack.enter_async_context(serve(Plays(speed=50)))
        await factories.member(store)
        made = Bot(store, folder, played, result_path=result_path)
        await made.start(reached=reached)
        stack.push_async_callback(made.stop)
        yield made


async def ordered(bot: Bot) -> Job:
    """Two pictures, asked for and waited for."""
    said = {"prompt": "a sunset", "count": 2}
    request = bot.studio.request(Kind.IMAGE, catalogue.find("seedream_v4"), said, media={})
    asked = Asked(
        account=factories.account(),
        person=factories.person(),
        place=factories.place(),
        key="event:1",
        language="en",
        interactive=False,
    )
    accepted = await bot.studio.submit(request, asked=asked, confirmed=True)
    assert isinstance(accepted, Accepted)
    await bot.studio.ended(accepted.job.id)
    async with bot.store.reading() as rows:
        job = await rows.jobs.get(accepted.job.id)
    assert job is not None
    return job


async def check_delivered(bot: Bot, job: Job) -> None:
    """Both pictures are there and charged, and what the provider reckoned is kept with them."""
    async with bot.store.reading() as rows:
        outputs, (call,) = await rows.jobs.outputs(job.id), await rows.jobs.calls(job.id)
        left, faults = await rows.ledger.balance(factories.ANNA), await rows.ledger.faults()
    assert (job.state, [output.facts.mime for output in outputs]) == (JobState.DONE, ["image/png", "image/png"])
    assert (left, list(faults), len(bot.played.submits())) == (96, [], 1)
    assert (call.usage, [output.usage for output in outputs]) == (ESTIMATE, [ESTIMATE, None])
    assert [told[:3] for told in bot.delivery.ends()] == [("result", job.id, 2)]


async def test_pictures_that_are_called_back_are_delivered_and_charged(store: SqlStore, tmp_path: Path) -> None:
    async with opened(store, tmp_path) as bot:
        job = await ordered(bot)
        await check_delivered(bot, job)
        (submit,) = bot.played.submits()
        assert submit.body["metadata"] == {"job": job.id}
        assert submit.body["callback_url"].startswith(f"{bot.server.url}/callbacks/")
        assert [call.status for call in bot.played.calls()] == [200]


async def test_pictures_are_asked_for_where_the_operator_knows_a_path(store: SqlStore, tmp_path: Path) -> None:
    async with opened(store, tmp_path, result_path=RESULTS, reached=False) as bot:
        await check_delivered(bot, await ordered(bot))
        (submit,) = bot.played.submits()
        assert set(submit.body) == {"model", "params"}
        assert list(bot.played.calls()) == []


async def test_pictures_whose_end_nobody_could_learn_are_not_offered(store: SqlStore, tmp_path: Path) -> None:
    async with opened(store, tmp_path, reached=False) as bot:
        offers = [offer for offer in await bot.studio.offers() if offer.model.provider == "pxz"]
        assert {offer.why for offer in offers} == {"no_way_back"}
        with pytest.raises(errors.NotNow, match="no_way_back"):
            await ordered(bot)
        assert list(bot.played.submits()) == []
