"""What a form suggests while one of its fields is typed in."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from bot import jobs, studio
from bot.commands import menus, texts
from bot.commands.declaration import Command, Heard
from bot.commands.suggest import form, models, more, subjects, values, voices
from bot.commands.suggest.fresh import Fresh
from bot.commands.suggest.suggestion import Reader, Suggestion
from bot.studio import Offer

_log = structlog.get_logger(__name__)

WAIT_S: Final = 2.0  # a platform takes suggestions for three seconds, and the way to it needs some of them
OFFERS_LIFE: Final = timedelta(minutes=1)  # typical times move slowly
ACCOUNT_LIFE: Final = timedelta(seconds=15)  # long enough for a field, short enough for a setting just changed
ACCOUNTS: Final = 500  # people who fill in forms at once


def _utc() -> datetime:
    return datetime.now(UTC)


class Suggestions:
    """Suggests values for the fields of every command."""

    def __init__(
        self, studio: studio.Studio, *, shelf: Mapping[str, Command], now: Callable[[], datetime] = _utc
    ) -> None:
        self._studio = studio
        self._shelf = shelf  # every command by each of its words
        self._now = now
        self._texts = texts.Texts()
        self._offers = Fresh[tuple[Offer, ...]](life=OFFERS_LIFE, most=1, now=now)
        self._accounts = Fresh[jobs.Account](life=ACCOUNT_LIFE, most=ACCOUNTS, now=now)

    async def of(self, heard: Heard, field: str) -> tuple[Suggestion, ...]:
        """At most 25 for what is typed into the field; none when anything goes wrong. Never raises."""
        try:
            async with asyncio.timeout(WAIT_S):
                return await self._found(heard, field)
        except Exception as error:
            _log.warning("no suggestions", command=heard.command, field=field, words=repr(error))
            return ()

    async def _found(self, heard: Heard, field: str) -> tuple[Suggestion, ...]:
        command = self._shelf.get(heard.command)
        known = next((each for each in menus.fields(command) if each.name == field), None) if command else None
        if command is None or known is None or not known.suggests:
            return ()
        account = await self._account(heard)
        language = texts.spoken(account.preferences.language or heard.person.language)
        community = await self._studio.community(heard.community) if heard.community else None
        asked = _asked(heard, account, language=language, community=community)
        if community is None and account.home is not None:
            asked = replace(asked, home=await self._studio.homes.of(account))
        reader = Reader(texts=self._texts, language=language, now=self._now, percent=self._studio.percent(asked))
        if command.makes:
            return await self._of_making(command, heard, field, asked=asked, reader=reader)
        return await self._of_subject(command, heard, field, asked=asked, reader=reader)

    async def _of_making(
        self, command: Command, heard: Heard, field: str, *, asked: studio.Asked, reader: Reader
    ) -> tuple[Suggestion, ...]:
        typed = heard.fields.get(field, "")
        filled = form.of(command, heard, field, preferences=asked.account.preferences.models)
        match field:
            case "model":
                return models.of_form(filled, typed.strip(), await self._all_offers(), reader)
            case "quality":
                return models.of_quality(filled, typed.strip(), await self._all_offers(), reader)
            case menus.MORE:
                return more.of_more(filled, typed, await self._all_offers(), reader)
            case "voice":
                return await voices.of_voice(self._studio, asked, filled, typed.strip(), reader)
            case _:
                return values.of_option(filled, field, typed.strip(), reader)

    async def _of_subject(
        self, command: Command, heard: Heard, field: str, *, asked: studio.Asked, reader: Reader
    ) -> tuple[Suggestion, ...]:
        typed = heard.fields.get(field, "").strip()
        match field:
            case "job":
                return await subjects.of_job(self._studio, asked, typed, reader)
            case "action":
                job = heard.fields.get("job", "")
                return await subjects.of_action(self._studio, asked, command, typed, job=job, reader=reader)
            case "kind":
                return subjects.of_kind(typed, reader)
            case "act":
                return subjects.of_act(typed, reader)
            case "topic":
                return subjects.of_topic(typed, reader)
            case "setting":
                return subjects.of_setting(typed, reader)
            case "value":
                setting = heard.fields.get("setting", "")
                if setting.strip().casefold() in subjects.HOME:
                    return subjects.of_home(await self._studio.homes.choices(asked), typed, reader)
                return subjects.of_value(setting, typed, await self._all_offers(), reader)
            case "data":
                return subjects.of_data(typed, reader)
            case "platform":
                return subjects.of_platform(await self._studio.people.platforms(asked), typed, reader)
            case "command":
                commands = {found.name: found for found in self._shelf.values()}
                return subjects.of_command(commands, typed, reader)
            case _:
                return ()

    async def _all_offers(self) -> tuple[Offer, ...]:
        return await self._offers.get("", self._studio.offers)

    async def _account(self, heard: Heard) -> jobs.Account:
        person = heard.person
        return await self._accounts.get(f"{person.platform}:{person.user}", lambda: self._studio.account(person))


def _asked(heard: Heard, account: jobs.Account, *, language: str, community: jobs.Community | None) -> studio.Asked:
    return studio.Asked(
        account=account,
        person=heard.person,
        place=heard.place,
        key=heard.key,
        language=language,
        interactive=False,
        community=community,
    )
