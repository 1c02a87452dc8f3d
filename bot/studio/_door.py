"""The door itself: quote, submit, cancel, jobs, credits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from bot import catalogue, errors, media, money, ports, requests
from bot.catalogue import _spec
from bot.credits import settlement
from bot.engine import estimating, ids, wiring
from bot.engine.dispatch import Dispatch
from bot.engine.means import Terms, means_of, terms_of
from bot.engine.world import World
from bot.jobs import Account, CallState, Community, Draft, Job, JobState, Preferences
from bot.requests import Kind
from bot.studio import _intake, _rules
from bot.studio._acceptance import Acceptance, Wish
from bot.studio._admission import allow
from bot.studio._communities import Communities
from bot.studio._homes import Homes
from bot.studio._names import Names
from bot.studio._owners import Owners
from bot.studio._people import People
from bot.studio._privacy import Privacy
from bot.studio._purse import Purse
from bot.studio._questions import Questions
from bot.studio._values import Accepted, Asked, Cancelled, Offer, Priced, Question, View
from bot.studio._voices import Voices

WEEK: Final = timedelta(days=7)


class Studio:
    """Quote, submit, cancel, jobs, credits: what a command may do."""

    def __init__(
        self,
        world: World,
        *,
        dispatch: Dispatch,
        welcome: Mapping[str, int],
        ask_above: Mapping[str, int | None],
        cloning: bool = False,
        admins: Collection[str] = (),
    ) -> None:
        """`cloning` is whether the operator lets members have voices copied; `admins` may do in every community what
        its owner may, by `platform:user`.
        """
        self.voices = Voices(world, cloning=cloning)
        self.names = Names(world)
        self.people = People(world)
        self.privacy = Privacy(world)
        self.homes = Homes(world)
        self._world = world
        self._dispatch = dispatch
        self._welcome = welcome  # platform → credits a new member gets once
        self._questions = Questions(world)
        self._communities = Communities(world)
        self.owners = Owners(world, communities=self._communities, operators=admins, changed=dispatch.heed)
        self.purse = Purse(world, communities=self._communities, manages=self.owners.may)
        self._acceptance = Acceptance(
            world,
            dispatch=dispatch,
            communities=self._communities,
            questions=self._questions,
            ask_above=ask_above,  # by platform: ask before what costs this much, unless the member chose otherwise
        )
        self._listed: Mapping[str, frozenset[str]] = {}  # provider → model ids its own list names; absent: no list

    # --- people

    async def account(self, person: requests.Person) -> Account:
        """The person's account, made on first sight with the platform's welcome."""
        async with self._world.store.reading() as rows:
            if (found := await rows.accounts.of(person)) is not None:
                return found
        async with self._world.store.transaction(awaited=True) as rows:
            if (found := await rows.accounts.of(person)) is not None:
                return found
            now = self._world.clock.now()
            preferences = Preferences(language=person.language, models={})
            account = Account(id=ids.new_account_id(), created_at=now, preferences=preferences)
            if (known := await self.privacy.newcomer(rows, account, person)) is not None:
                return known
            await rows.accounts.add(account, person)
            if (welcome := self._welcome.get(person.platform, 0)) > 0:
                await rows.ledger.post(_rules.welcome(account.id, welcome, now))
            return account

    async def known(self, person: requests.Person) -> Account | None:
        """The person's account where there is one: to answer somebody makes none."""
        async with self._world.store.reading() as rows:
            return await rows.accounts.of(person)

    async def prefer(self, asked: Asked, **changes: Any) -> Account:
        """Change fields of the member's Preferences; answers the account as it is now."""
        async with self._world.store.transaction(awaited=True) as rows:
            account = await rows.accounts.get(asked.account.id) or asked.account
            preferences = replace(account.preferences, **changes)
            await rows.accounts.prefer(account.id, preferences)
        return replace(account, preferences=preferences)

    async def statement(self, asked: Asked) -> money.Statement:
        """What the member has, and where it went."""
        now = self._world.clock.now()
        async with self._world.store.reading() as rows:
            means = await self._means(rows, await self._communities.terms_now(rows, asked))
            held = await rows.ledger.held(*asked.account.ids)
            spent = await rows.ledger.spent(*asked.account.ids)
            week = await rows.ledger.spent(*asked.account.ids, since=now - WEEK)
        return money.Statement(
            means=means, held=held, spent=sum(credits for _, credits in spent), spent_by_kind=tuple(week)
        )

    # --- communities

    async def community(self, seen: requests.CommunitySeen) -> Community:
        """The community, made on first sight with its pool; a changed title is taken over."""
        return await self._communities.seen(seen)

    async def moved(self, platform: str, old: str, new: str) -> None:
        """A community's platform knows it by another id now; telling it twice does nothing more."""
        await self._communities.moved(platform, old, new)

    async def open_house(self, credits: int) -> None:
        """Give the operator's pool its first credits, at the first start with a platform that draws on it."""
        await self._communities.open_house(credits)

    # --- models and requests

    def list_models(self, provider: str, ids: frozenset[str]) -> None:
        """What a provider's own list says can be had."""
        self._listed = {**self._listed, provider: ids}

    def closed(self) -> frozenset[str]:
        """The ids of the models that can't be had right now."""
        return frozenset(model.id for model in catalogue.MODELS.values() if self._why_not(model))

    async def offers(self, kind: Kind | None = None) -> tuple[Offer, ...]:
        """The models of a kind, as they can be had."""
        found = [model for model in catalogue.MODELS.values() if kind in (None, model.kind)]
        async with self._world.store.reading() as rows:
            typical = {model.id: await estimating.typical_s(rows, model.id) for model in found}
        return tuple(
            Offer(model=model, available=not (why := self._why_not(model)), why=why, typical_s=typical[model.id])
            for model in found
        )

    def _why_not(self, model: _spec.Model) -> str:
        if (provider := self._world.providers.get(model.provider)) is None:
            return "no_key"
        if provider.calls_back and self._world.addresses.base is None:
            return "no_way_back"
        if model.off:
            return "unverified"
        if model.hidden:
            return "hidden"
        if self.voices.is_barred(model):
            return "cloning_off"
        listed = self._listed.get(model.provider)
        if model.gated and (listed is None or model.id not in listed):
            return "gated"
        if listed is not None and model.id not in listed and not model.unlisted:
            return "not_listed"
        return ""

    async def intake(self, source: str, *, kind: media.MediaKind, asked: Asked) -> media.MediaRef:
        """A checked and kept medium from a URL, a path of this machine (console) or a job's id (`K7Q2`, `K7Q2/2`)."""
        name, _, number = source.partition("/")
        if ids.looks_like_job(name) and (not number or number.isdigit()):
            view = await self._view_or_none(name.upper(), asked)
            if view is not None:
                return _intake.earlier(view.outputs, int(number or 1), kind=kind, source=source)
        return await self._world.files.intake(source, kind=kind, local=asked.local)

    def request(
        self,
        kind: Kind,
        model: _spec.Model,
        said: Mapping[str, requests.Json],
        *,
        media: Mapping[str, Sequence[media.MediaRef]],
        operation: str | None = None,
    ) -> requests.Request:
        """A validated request. Raises Invalid with everything that is wrong with it."""
        return _intake.request_of(kind, model, said, given=media, operation=operation)

    def percent(self, asked: Asked) -> int:
        """How much of the models' prices members pay where they ask."""
        return self._communities.terms(asked).rules.percent

    def quote(self, request: requests.Request, *, percent: int = 100) -> int:
        """Credits that are set aside for it where so many percent are charged: the most it may cost."""
        return Priced.of(request, percent=percent).credits

    def price(self, request: requests.Request, asked: Asked) -> int:
        """Credits that are set aside for it where it is asked for: the most it may cost."""
        return self.quote(request, percent=self.percent(asked))

    # --- jobs

    async def submit(
        self,
        request: requests.Request,
        *,
        asked: Asked,
        confirmed: bool = False,
        again_of: str | None = None,
        shown: int | None = None,
    ) -> Accepted | Question:
        """Accept it with its price set aside, or ask first. Raises NotEnough, NotNow or Invalid with nothing spent.

        `shown` is the price on the button that was tapped: what is dearer by now is asked about.
        """
        if (known := await self._acceptance.known(asked)) is not None:
            return known
        await self._check(request, asked)
        wish = Wish(request=request, asked=asked, confirmed=confirmed, again_of=again_of, shown=shown)
        return await self._acceptance.of(wish)

    async def start(self, draft_id: str, *, asked: Asked) -> Accepted | Question:
        """Yes to a question, at the price that was asked; asked anew where other credits would pay than it said."""
        if (known := await self._acceptance.known(asked)) is not None:
            return known
        draft = await self._questions.open(draft_id, asked=asked)
        await self._check(draft.request, asked)
        return await self._acceptance.of(Wish(request=draft.request, asked=asked, draft=draft))

    async def offer(self, made: Sequence[requests.Request], *, asked: Asked, own: int = 0) -> tuple[Draft, ...]:
        """Each as a question of its own, to be started at its price; what can't be had right now is left out.

        `own` is how much of their own credits the member was told that each may take. Raises NotNow or Invalid where
        nothing is left.
        """
        terms = self._communities.terms(asked)
        found: list[tuple[requests.Request, Priced]] = []
        refusals: list[errors.MemberError] = []
        for request in made:
            try:
                await self._check(request, asked)
                priced = Priced.of(request, percent=terms.rules.percent)
                allow(request, price=priced.credits, terms=terms, asked=asked)
                found.append((request, priced))
            except errors.MemberError as refusal:
                refusals.append(refusal)
        if refusals and not found:
            raise refusals[0]
        return await self._questions.offer(found, asked=asked, own=own)

    async def asked_about(self, draft_id: str, *, asked: Asked) -> requests.Request:
        """What a question of the member's is about, whether it was answered or not. Raises NotFound, NotNow."""
        return (await self._questions.read(draft_id, asked=asked)).request

    async def dismiss(self, draft_id: str, *, asked: Asked) -> None:
        """No to a question."""
        await self._questions.dismiss(draft_id, asked=asked)

    async def again(self, job_id: str, *, asked: Asked, confirmed: bool = False) -> Accepted | Question:
        """The same request once more, at today's price."""
        view = await self.view(job_id, asked=asked)
        return await self.submit(
            view.job.request, asked=asked, confirmed=confirmed, again_of=view.job.id, shown=view.job.price
        )

    async def cancel(self, job_id: str, *, asked: Asked) -> Cancelled:
        """Free while nothing was sent; afterwards it means "stop showing me": charged, and kept."""
        async with self._world.store.transaction(awaited=True) as rows:
            job = _rules.owned(await rows.jobs.get(job_id.upper()), asked.account, job_id)
            now = self._world.clock.now()
            if job.state.ended or job.state is JobState.DELIVERING:
                raise errors.NotNow("error.already_ended", job=job.id)
            sent = [c for c in await rows.jobs.calls(job.id) if c.state is not CallState.FAILED]
            if free := not sent:
                await rows.jobs.move(
                    job.id, JobState.QUEUED, JobState.RUNNING, to=JobState.CANCELLED, ended_at=now, told_at=now
                )
                await rows.ledger.release(job.id, at=now)
            else:
                await rows.jobs.note(job.id, hidden_at=now)
            job = await rows.jobs.get(job.id) or job
        if free:
            self._dispatch.forget(job.id)
        return Cancelled(job=job, free=free)

    async def view(self, job_id: str, *, asked: Asked, own: bool = False) -> View:
        """A job of the member's, or (unless `own`) one that everybody in this community may see. Raises NotFound."""
        view = await self._view_or_none(job_id.upper(), asked)
        if view is None or (own and not view.own):
            raise errors.NotFound("error.no_such_job", job=job_id)
        return view

    async def words(self, path: str) -> str:
        """A kept text; "" when it is no longer kept. Raises StorageFault."""
        return await self._world.files.words(path)

    async def jobs(self, asked: Asked, *, limit: int = 10) -> tuple[Job, ...]:
        """The member's jobs, newest first."""
        async with self._world.store.reading() as rows:
            return tuple(await rows.jobs.of(*asked.account.ids, limit=limit))

    async def shown(self, job_id: str, message: str) -> None:
        """The adapter tells which message shows the job."""
        async with self._world.store.transaction() as rows:
            await rows.jobs.note(job_id, message=message)

    async def ended(self, job_id: str) -> None:
        """Return when the job has ended and its member was told."""
        await self._dispatch.ended(job_id)

    async def idle(self) -> None:
        """Return when no job is waiting or running."""
        await self._dispatch.idle()

    @property
    def running(self) -> int:
        """How many jobs run right now."""
        return self._dispatch.running

    # --- inside

    async def _check(self, request: requests.Request, asked: Asked) -> None:
        """What must be true before anything is spent, beyond the options themselves."""
        if asked.lacking:
            raise errors.NotNow("error.no_right", rights=asked.lacking)
        if self._dispatch.stopping:
            raise errors.NotNow("error.stopping")
        model = wiring.model_of(request)
        if why := self._why_not(model):
            raise errors.NotNow("error.model_unavailable", model=model.title, why=why)
        await self.voices.check(request, asked=asked)
        if swept := _intake.swept(request, files=self._world.files):
            raise errors.Invalid(*swept)
        for step in wiring.options_of(request).steps(model.id):
            operation = catalogue.find(step.model, provider=request.provider).operation(step.operation)
            given = {name: request.media[name] for name in step.media if name in request.media}
            if operation is not None and given:
                wiring.values_of(operation, given, files=self._world.files, now=self._world.clock.now())

    def asks_from(self, asked: Asked) -> int | None:
        """Credits from which on members are asked before spending, unless they chose otherwise; None: never."""
        return self._acceptance.asks_from(asked, self._communities.terms(asked))

    async def _view_or_none(self, id: str, asked: Asked) -> View | None:
        async with self._world.store.reading() as rows:
            job = await rows.jobs.get(id)
            if job is None or not _rules.may_see(job, asked):
                return None
            own = job.account in asked.account.ids
            receipt, parts = await self._bill(rows, job) if own else (None, None)
            return View(
                job=job,
                outputs=wiring.shown(job.request, await rows.jobs.outputs(id)),
                receipt=receipt,
                queued=self._dispatch.place(id),
                own=own,
                parts=parts,
                percent=self.percent(asked),
            )

    async def _bill(self, rows: ports.Transaction, job: Job) -> tuple[money.Receipt | None, money.Parts | None]:
        """What an ended job cost, or who pays for one that runs."""
        legs, means = await rows.ledger.legs(job.id), await self._means(rows, await terms_of(self._world, rows, job))
        if not job.state.ended:
            return None, settlement.parts(legs, means=means)
        used = (job.charge or 0) if job.state is JobState.DONE else 0
        return settlement.receipt(price=job.price, used=used, legs=legs, means=means), None

    async def _means(self, rows: ports.Transaction, terms: Terms) -> money.Means:
        return await means_of(rows, terms, now=self._world.clock.now())
