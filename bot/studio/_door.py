"""The door itself: quote, submit, cancel, jobs, credits."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from bot import catalogue, errors, media, money, ports, requests
from bot.catalogue import _spec
from bot.credits import draw, settlement
from bot.engine import estimating, ids, wiring
from bot.engine.dispatch import Dispatch
from bot.engine.means import Terms, means_of, terms_of
from bot.engine.unbroken import Unbroken
from bot.engine.world import World
from bot.jobs import Account, CallState, Community, Draft, Job, JobState, Preferences
from bot.ports import Queued
from bot.requests import Kind
from bot.studio import _intake, _rules
from bot.studio._admission import Admission
from bot.studio._communities import Communities
from bot.studio._purse import Purse
from bot.studio._questions import Questions
from bot.studio._values import Accepted, Asked, Cancelled, Offer, Question, View
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
    ) -> None:
        """`cloning` is whether the operator lets members have voices copied."""
        self.voices = Voices(world, cloning=cloning)
        self._world = world
        self._dispatch = dispatch
        self._welcome = welcome  # platform → credits a new member gets once
        self._ask_above = ask_above  # platform → ask before what costs this much, unless the member chose otherwise
        self._questions = Questions(world)
        self._communities = Communities(world)
        self.purse = Purse(world, communities=self._communities)
        self._admission = Admission(world=world)
        self._unbroken = Unbroken()
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
            await rows.accounts.add(account, person)
            if (welcome := self._welcome.get(person.platform, 0)) > 0:
                await rows.ledger.post(_rules.welcome(account.id, welcome, now))
            return account

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

    def quote(self, request: requests.Request) -> int:
        """Credits that are set aside for it: the most it may cost."""
        return wiring.options_of(request).quote(wiring.model_of(request).rate)

    # --- jobs

    async def submit(
        self, request: requests.Request, *, asked: Asked, confirmed: bool = False, again_of: str | None = None
    ) -> Accepted | Question:
        """Accept it with its price set aside, or ask first. Raises NotEnough, NotNow or Invalid with nothing spent."""
        if (known := await self._known(asked)) is not None:
            return known
        await self._check(request, asked)
        price = self.quote(request)
        if not confirmed and asked.interactive and self._asks(asked, price):
            return await self._question(request, price=price, asked=asked)
        return await self._accept(request, price=price, asked=asked, again_of=again_of)

    async def start(self, draft_id: str, *, asked: Asked) -> Accepted:
        """Yes to a question, at the price that was asked."""
        if (known := await self._known(asked)) is not None:
            return known
        draft = await self._questions.open(draft_id, asked=asked)
        await self._check(draft.request, asked)
        return await self._accept(draft.request, price=draft.price, asked=asked, draft=draft.id)

    async def offer(self, made: Sequence[requests.Request], *, asked: Asked) -> tuple[Draft, ...]:
        """Each as a question of its own, to be started at its price; what can't be had right now is left out.

        Raises NotNow or Invalid where nothing is left.
        """
        priced: list[tuple[requests.Request, int]] = []
        refusals: list[errors.MemberError] = []
        for request in made:
            try:
                await self._check(request, asked)
                priced.append((request, self.quote(request)))
            except errors.MemberError as refusal:
                refusals.append(refusal)
        if refusals and not priced:
            raise refusals[0]
        return await self._questions.offer(priced, asked=asked)

    async def asked_about(self, draft_id: str, *, asked: Asked) -> requests.Request:
        """What a question of the member's is about, whether it was answered or not. Raises NotFound, NotNow."""
        return (await self._questions.read(draft_id, asked=asked)).request

    async def dismiss(self, draft_id: str, *, asked: Asked) -> None:
        """No to a question."""
        await self._questions.dismiss(draft_id, asked=asked)

    async def again(self, job_id: str, *, asked: Asked, confirmed: bool = False) -> Accepted | Question:
        """The same request once more, at today's price."""
        view = await self.view(job_id, asked=asked)
        return await self.submit(view.job.request, asked=asked, confirmed=confirmed, again_of=view.job.id)

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

    def asks_from(self, platform: str) -> int | None:
        """Credits from which on members are asked before spending, unless they chose otherwise; None: never."""
        return self._ask_above.get(platform) or None

    def _asks(self, asked: Asked, price: int) -> bool:
        chosen = asked.account.preferences.ask_above
        usual = self.asks_from(asked.place.platform)
        if asked.community is not None:
            usual = self._communities.terms(asked).rules.ask_above
        above = usual if chosen is None else chosen
        return above is not None and above > 0 and price >= above

    async def _known(self, asked: Asked) -> Accepted | None:
        """The job this very event already made."""
        async with self._world.store.reading() as rows:
            job = await rows.jobs.by_key(asked.place.platform, asked.key)
            return None if job is None else await self._accepted(rows, job, asked)

    async def _question(self, request: requests.Request, *, price: int, asked: Asked) -> Question:
        async with self._world.store.transaction(awaited=True) as rows:
            terms = await self._communities.terms_now(rows, asked)
            await self._admission.check(rows, request, price=price, terms=terms, asked=asked)
            means = await self._means(rows, terms)
            draw.legs(price, account=asked.account.id, means=means)  # too few is said at once, not after the yes
            return Question(draft=await self._questions.ask(rows, request, price=price, asked=asked), means=means)

    async def _accept(
        self,
        request: requests.Request,
        *,
        price: int,
        asked: Asked,
        again_of: str | None = None,
        draft: str | None = None,
    ) -> Accepted:
        """Not broken off with whoever asked: a job that is kept and not begun would wait for the next start."""
        return await self._unbroken.run(self._keep(request, price=price, asked=asked, again_of=again_of, draft=draft))

    async def _keep(
        self, request: requests.Request, *, price: int, asked: Asked, again_of: str | None, draft: str | None
    ) -> Accepted:
        """Hold and job row in one transaction; a question is consumed in it, an event that came twice ends here."""
        async with self._world.store.transaction(awaited=True) as rows:
            if (twin := await rows.jobs.by_key(asked.place.platform, asked.key)) is not None:
                return await self._accepted(rows, twin, asked)
            if self._dispatch.waiting(asked.account.id) >= self._world.limits.member_waiting:
                raise errors.NotNow("error.too_many_jobs", limit=self._world.limits.member_waiting)
            terms = await self._communities.terms_now(rows, asked)
            await self._admission.check(rows, request, price=price, terms=terms, asked=asked)
            job = await self._new_job(rows, request, price=price, asked=asked, terms=terms, again_of=again_of)
            if draft is not None and not await rows.jobs.consume_draft(draft, job=job.id):
                raise errors.NotNow("error.draft_gone")
            legs = draw.legs(price, account=job.account, means=await self._means(rows, terms))
            await rows.jobs.add(job)
            await rows.ledger.hold(job.id, legs, at=job.created_at)
            await self._admission.owe_notices(rows, terms=terms)
            means, outlook = await self._means(rows, terms), await self._outlook(rows, job)
        self._dispatch.enqueue(job)
        return Accepted(job=job, queued=self._queued(job, outlook), means=means)

    async def _new_job(
        self,
        rows: ports.Transaction,
        request: requests.Request,
        *,
        price: int,
        asked: Asked,
        terms: Terms,
        again_of: str | None,
    ) -> Job:
        return Job(
            id=await ids.free_job_id(rows),
            account=terms.account,
            person=asked.person.name,
            place=asked.place,
            request=request,
            language=asked.language,
            state=JobState.QUEUED,
            price=price,
            created_at=self._world.clock.now(),
            key=asked.key,
            again_of=again_of,
            pool=terms.pool,
            pool_from=terms.pool_from,
            percent=terms.rules.percent,
            bonus=terms.bonus,
        )

    async def _accepted(self, rows: ports.Transaction, job: Job, asked: Asked) -> Accepted:
        terms = await self._communities.terms_now(rows, asked)
        means, outlook = await self._means(rows, terms), await self._outlook(rows, job)
        return Accepted(job=job, queued=self._queued(job, outlook), means=means)

    async def _outlook(self, rows: ports.Transaction, job: Job) -> estimating.Outlook:
        now, full = self._world.clock.now(), self._dispatch.full(job.account)
        return await estimating.outlook(rows, job, now=now, held_back=full, limits=self._world.limits)

    def _queued(self, job: Job, outlook: estimating.Outlook) -> Queued:
        place = self._dispatch.place(job.id)
        return outlook.queued(place, limits=self._world.limits, now=self._world.clock.now())

    async def _view_or_none(self, id: str, asked: Asked) -> View | None:
        async with self._world.store.reading() as rows:
            job = await rows.jobs.get(id)
            if job is None or not _rules.may_see(job, asked):
                return None
            own = job.account in asked.account.ids
            return View(
                job=job,
                outputs=wiring.shown(job.request, await rows.jobs.outputs(id)),
                receipt=await self._receipt(rows, job) if own and job.state.ended else None,
                queued=self._dispatch.place(id),
                own=own,
            )

    async def _receipt(self, rows: ports.Transaction, job: Job) -> money.Receipt:
        used = (job.charge or 0) if job.state is JobState.DONE else 0
        legs = await rows.ledger.legs(job.id)
        means = await means_of(rows, await terms_of(self._world, rows, job), now=self._world.clock.now())
        return settlement.receipt(price=job.price, used=used, legs=legs, means=means)

    async def _means(self, rows: ports.Transaction, terms: Terms) -> money.Means:
        return await means_of(rows, terms, now=self._world.clock.now())
