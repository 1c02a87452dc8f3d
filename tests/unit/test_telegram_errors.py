"""Telegram's errors as ours: the whole table, and nothing secret in any of it."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog.testing
from telegram import error as foreign

from adapters.telegram import errors
from adapters.telegram.errors import TABLE, Trouble
from tests import media_files, telegram_stage
from tests.engine_house import House, house
from tests.telegram_stage import MIA, Stage

__all__ = ["house"]

TOKEN = "4242424242:AAFakeTokenForTestsOnly_0123456789ab"
SAID: dict[Trouble, list[foreign.TelegramError]] = {
    Trouble.TOKEN: [foreign.InvalidToken()],
    Trouble.CONFLICT: [foreign.Conflict("Conflict: terminated by other getUpdates request")],
    Trouble.MIGRATED: [foreign.ChatMigrated(-1001)],
    Trouble.UNCHANGED: [foreign.BadRequest("Bad Request: message is not modified: specified new message content …")],
    Trouble.GONE: [
        foreign.BadRequest("Bad Request: message to edit not found"),
        foreign.BadRequest("Bad Request: message can't be edited"),
        foreign.BadRequest("Bad Request: MESSAGE_ID_INVALID"),
        foreign.BadRequest("Bad Request: message identifier is not specified"),
    ],
    Trouble.TEXTLESS: [foreign.BadRequest("Bad Request: there is no text in the message to edit")],
    Trouble.THREAD: [
        foreign.BadRequest("Bad Request: message thread not found"),
        foreign.BadRequest("Bad Request: TOPIC_CLOSED"),
        foreign.BadRequest("Bad Request: TOPIC_DELETED"),
    ],
    Trouble.CLOSED: [
        foreign.BadRequest("Bad Request: chat not found"),
        foreign.BadRequest("Bad Request: CHAT_WRITE_FORBIDDEN"),
        foreign.BadRequest("Bad Request: CHAT_RESTRICTED"),
        foreign.BadRequest("Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN"),
        foreign.BadRequest("Bad Request: not enough rights to send photos to the chat"),
        foreign.BadRequest("Bad Request: have no rights to send a message"),
        foreign.BadRequest("Bad Request: PEER_ID_INVALID"),
        foreign.BadRequest("Bad Request: user is deactivated"),
        foreign.Forbidden("Forbidden: bot was blocked by the user"),
    ],
    Trouble.PICTURE: [
        foreign.BadRequest("Bad Request: PHOTO_INVALID_DIMENSIONS"),
        foreign.BadRequest("Bad Request: IMAGE_PROCESS_FAILED"),
        foreign.BadRequest("Bad Request: PHOTO_EXT_INVALID"),
        foreign.BadRequest("Bad Request: PHOTO_SAVE_FILE_INVALID"),
        foreign.BadRequest("Bad Request: file is too big to send as photo"),
    ],
    Trouble.STALE: [
        foreign.BadRequest("Bad Request: query is too old and response timeout expired or query ID is invalid"),
        foreign.BadRequest("Bad Request: QUERY_ID_INVALID"),
    ],
    Trouble.TOO_BIG: [
        foreign.BadRequest("Bad Request: file is too big"),
        foreign.NetworkError("Request Entity Too Large"),
    ],
    Trouble.UNSENT: [
        foreign.TimedOut("Pool timeout: All connections in the connection pool are occupied."),
        foreign.NetworkError("RuntimeError('This HTTPXRequest is not initialized!')"),
    ],
    Trouble.UNSURE: [foreign.TimedOut(), foreign.NetworkError("Bad Gateway")],
    Trouble.REFUSED: [
        foreign.BadRequest("Bad Request: can't parse entities"),
        foreign.EndPointNotFound("no such method"),
        foreign.PassportDecryptionError("no"),
    ],
}


def flood() -> foreign.RetryAfter:
    with pytest.warns(match="retry_after"):
        return foreign.RetryAfter(7)


@pytest.mark.parametrize(("means", "said"), [(means, said) for means, each in SAID.items() for said in each])
def test_meaning(means: Trouble, said: foreign.TelegramError) -> None:
    assert errors.meaning(said) is means


@pytest.mark.filterwarnings("ignore:.*retry_after")
def test_flood() -> None:
    refusal = errors.refused(flood())
    assert (refusal.trouble, refusal.retry_after_s) == (Trouble.FLOOD, 7.0)


def test_every_line_of_the_table_is_tried() -> None:
    said = [each for found in SAID.values() for each in found]
    first = [next(rule for rule in TABLE if isinstance(e, rule.error) and rule.words in str(e).lower()) for e in said]
    assert set(TABLE) - set(first) == {rule for rule in TABLE if rule.means is Trouble.FLOOD}


def test_every_error_of_the_library_is_in_the_table() -> None:
    classes = {getattr(foreign, name) for name in foreign.__all__}
    assert {c for c in classes if not any(issubclass(c, rule.error) for rule in TABLE)} == set()
    assert set(SAID) | {Trouble.FLOOD} == set(Trouble)


@pytest.mark.parametrize("cause", [httpx.ConnectError("no"), httpx.ConnectTimeout("no"), httpx.PoolTimeout("no")])
def test_what_never_left(cause: Exception) -> None:
    error = foreign.NetworkError("whatever")
    error.__cause__ = cause
    assert errors.meaning(error) is Trouble.UNSENT
    error.__cause__ = httpx.ReadTimeout("no")
    assert errors.meaning(error) is Trouble.UNSURE


async def test_refusal_holds_no_secret() -> None:
    async def call() -> None:
        try:
            raise httpx.InvalidURL(f"http://x/bot{TOKEN}/getMe")
        except httpx.InvalidURL as error:
            raise foreign.NetworkError(f"Unknown error: {error!r}") from error

    with pytest.raises(errors.Refused) as caught:
        await errors.told(call())
    refusal = caught.value
    assert TOKEN not in str(refusal)
    assert (refusal.__cause__, refusal.__context__) == (None, None)
    assert TOKEN not in str(errors.operator_error(refusal, api_url="http://x"))


@pytest.fixture
async def stage(house: House, tmp_path: Path) -> AsyncIterator[Stage]:
    async with telegram_stage.opened(house, tmp_path) as opened:
        yield opened


async def test_nothing_that_leaves_holds_the_token(
    stage: Stage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)  # as logs.configure does, which a test tries
    photo = media_files.image(tmp_path / "in.jpg").read_bytes()
    token = stage.served.token
    faults: list[dict[str, Any]] = [{"drop": True}, {"status": 502, "html": True}, {"status": 404}, {"status": 401}]
    with structlog.testing.capture_logs() as logged:
        await stage.start()
        for fault in faults:
            stage.served.fault(method="download", times=2, **fault)
            stage.served.send(user_id=MIA, chat_id=MIA, kind="photo", data=photo, name="in.jpg", caption="/edit it")
            await stage.idle()
        stage.served.fault(method="sendMessage", status=404, times=2)
        stage.say("/help")
        stage.say("/image a red fox")
        await stage.idle()
        await stage.stop()
    assert [entry["event"] for entry in logged].count("a file could not be fetched") == 8
    assert token not in str(logged)
    assert token not in caplog.text
    assert all(token not in words for words in stage.texts())
    for job in await stage.jobs():
        assert token not in repr(job)
    assert token not in repr(stage.options)
