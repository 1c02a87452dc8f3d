"""Telegram's side: `python -m tests.bench.telegram_side`, its people in groups; updates are fetched by the bot."""

import asyncio
import time
from collections.abc import Mapping

from tests import telegram_server
from tests.bench import crowd, side
from tests.telegram_server import records

Key = tuple[int, int]  # chat and message


class Watch(records.Records):
    """Instead of a record of every request: when a message was handed out, and when it was first answered."""

    def __init__(self) -> None:
        super().__init__(None)
        self.handed: dict[Key, float] = {}
        self.answered: dict[Key, float] = {}

    def note(self, record: records.Record) -> None:
        """Called as an answer leaves."""
        now = time.monotonic()
        if record.method == "getUpdates" and record.status == 200:
            for update in record.answer["result"]:
                if (message := update.get("message")) is not None:
                    self.handed.setdefault((message["chat"]["id"], message["message_id"]), now)
        elif record.method == "sendMessage" and record.status == 200:
            answer = record.answer["result"]
            if (replied := answer.get("reply_to_message")) is not None:
                self.answered.setdefault((answer["chat"]["id"], replied["message_id"]), now)


class Telegram:
    """The played Telegram and its crowd."""

    name = "telegram"

    def __init__(self, served: telegram_server.Served) -> None:
        self._served = served
        self._watch = Watch()
        served.world.records = self._watch
        self._said: list[Key] = []
        self._people = [
            served.create_user(first_name=f"Mia {n}", language_code="en")["id"] for n in range(crowd.MEMBERS)
        ]
        self._chats = [self._club(number) for number in range(crowd.COMMUNITIES)]

    def _club(self, number: int) -> int:
        members = self._people[number :: crowd.COMMUNITIES]
        club = self._served.supergroup(title=f"Club {number}", creator_id=members[0], members=members[1:], tell=False)
        return int(club["id"])

    def where(self) -> Mapping[str, str]:
        return {"TELEGRAM_TOKEN": self._served.token, "TELEGRAM_API_URL": self._served.url}

    def connected(self) -> bool:
        return self._served.world.updates.polled

    async def say(self, line: crowd.Line) -> None:
        flags = f" {line.prompt} --model {crowd.MODEL} --duration {crowd.SECONDS}" if line.prompt else ""
        chat, person = self._chats[line.community], self._people[line.member]
        said = self._served.say(user_id=person, chat_id=chat, text=f"/{line.name}{flags}")
        self._said.append((chat, said["message_id"]))

    def asked(self) -> int:
        return len(self._said)

    def waits(self) -> list[float | None]:
        watch = self._watch
        return [watch.answered[k] - watch.handed[k] if k in watch.answered else None for k in self._said]


async def main() -> None:
    async with telegram_server.serve() as served:
        await side.Side(Telegram(served)).obey()


if __name__ == "__main__":
    asyncio.run(main())
