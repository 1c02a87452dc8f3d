"""The data folder: inputs, results and what is on its way, each file named by its path below it."""

import asyncio
import errno
import os
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import errors, media, ports
from bot.errors import Reason
from bot.files import _disk, _download, _guard, _loan, _probe
from bot.media import MediaKind, MediaTrouble

MB = 10**6

INPUT_BYTES: Mapping[MediaKind, int] = {kind: most * MB for kind, most in media.INPUT_MB.items()}
# The most that a provider may send: the bare pixels of an 8K picture, which no PNG passes by much; 10,000 characters
# spoken at half speed into a WAV; twice what the largest documented clips (fifteen seconds) come to.
RESULT_BYTES: Mapping[MediaKind, int] = {
    MediaKind.IMAGE: 210 * MB,
    MediaKind.AUDIO: 500 * MB,
    MediaKind.VIDEO: 250 * MB,
    MediaKind.TEXT: 4 * MB,
}
INTAKE_S = 120.0  # a member waits for the answer
FETCH_S = 900.0  # nobody waits in front of a screen, and the result is paid for
KEEP = timedelta(days=30)  # how long media are kept, unless said otherwise
KEPT = ("inputs", "results", "fitted")  # the folders that are swept after that time
SCRATCH_AGE = timedelta(hours=6)  # above every limit on time, so that no file in use is swept
NAME_LENGTH = 100  # of what messages call a file
SWEEP_MOST = 10_000  # files removed in one sweep; the next one goes on

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Folder:
    """ports.Files and ports.Lending on a local disk.

    `allowed` are origins exempt from the rule that only public addresses are fetched: a provider on loopback or in the
    operator's network. They count for results and for people at this machine (`local`), never for members elsewhere.
    `lend_at` is where borrowers reach the bot's web server, `link_at` where everybody does; None: they can't. Links
    last as long as what is kept, which is `keep`.
    """

    def __init__(
        self,
        root: Path,
        *,
        secret: str,
        allowed: Iterable[str] = (),
        lend_at: str | None = None,
        link_at: str | None = None,
        keep: timedelta = KEEP,
        prober: _probe.Prober | None = None,
    ) -> None:
        self.lend_at = lend_at  # may be set later: the web server's port is known once it listens
        self._link_at = link_at
        self._root = root.absolute()
        self._lender = _loan.Lender(secret=secret)
        self._linker = _loan.Linker(secret=secret, lasts_s=round(keep.total_seconds()))
        self._prober = prober or _probe.Prober()
        self._inside = _guard.Guard(allowed=allowed)
        self._near = _download.Downloader(guard=self._inside)
        self._far = _download.Downloader(guard=_guard.Guard())
        with self.storing():
            for name in (*KEPT, "tmp"):
                (self._root / name).mkdir(parents=True, exist_ok=True)

    def absolute(self, path: str) -> Path:
        """Where a kept file lies. Raises ValueError for a path that leads out of the folder."""
        found = Path(os.path.normpath(self._root / path))
        if found == self._root or not found.is_relative_to(self._root):
            raise ValueError(f"not below the data folder: {path!r}")
        return found

    def allow(self, url: str) -> None:
        """Exempt one more origin: a server of our own, once its port is known."""
        self._inside.allow(url)

    async def intake(self, source: str, *, kind: MediaKind, local: bool) -> media.MediaRef:
        """Check and keep a member's file or URL; `local` allows paths of this machine. Raises Invalid, StorageFault."""
        remote = "://" in source
        name = ((_download.name_of(source) if remote else Path(source).name) or source)[:NAME_LENGTH]
        with self.storing(), self.scratch() as scratch:
            try:
                if remote:
                    await self._download(source, kind=kind, local=local, to=scratch)
                elif local:
                    await asyncio.to_thread(_disk.copy, source, scratch, most_bytes=INPUT_BYTES[kind])
                else:
                    raise _probe.Unfit(MediaTrouble.NOT_PUBLIC)
                facts = await self._prober.measure(scratch, kind=kind)
            except (_download.Failed, _probe.Unfit) as failure:
                called = (_download.place_of(source) if remote else name)[:NAME_LENGTH] or name
                raise errors.Invalid(
                    errors.Problem(field=str(kind), rule="media", value=called, allowed=str(failure.trouble))
                ) from None
            digest = await asyncio.to_thread(_disk.digest, scratch)
            path = f"inputs/{digest[:32]}.{_probe.EXTENSIONS[facts.mime]}"
            await asyncio.to_thread(_disk.settle, scratch, self.absolute(path))
        public = remote and not self._inside.exempt(source)
        return media.MediaRef(path=path, url=source if public else None, facts=facts, name=name)

    async def fetch(self, origins: Sequence[ports.Origin], *, kind: MediaKind, into: str) -> tuple[str, media.Facts]:
        """Download a result or take it as it came, check it by content and keep it at `into` plus its extension.

        Doing it again gives the file that is there, whatever the origins. Raises Unreachable (try again later),
        Rejected (no usable file behind any of them), StorageFault (the disk).
        """
        with self.storing():
            if (kept := await self._kept(into, kind=kind)) is not None:
                return kept
            failures: list[_download.Failed] = []
            for origin in origins:
                try:
                    return await self._fetch_one(origin, kind=kind, into=into)
                except _download.Failed as failure:
                    failures.append(failure)
        raise _verdict(failures)

    async def words(self, path: str) -> str:
        """The words of a kept text; "" when it is no longer kept. Raises StorageFault."""
        with self.storing():
            try:
                return await asyncio.to_thread(self.absolute(path).read_text, "utf-8", "replace")
            except FileNotFoundError:
                return ""

    async def write(self, content: bytes, *, into: str) -> str:
        """Keep a file of our own making at a path; answers it. Raises StorageFault."""
        with self.storing(), self.scratch() as scratch:
            await asyncio.to_thread(scratch.write_bytes, content)
            await asyncio.to_thread(_disk.settle, scratch, self.absolute(into))
        return into

    async def remove(self, paths: Collection[str]) -> None:
        """Remove kept files with all smaller forms of them; those that are gone already are. Raises StorageFault."""
        with self.storing():
            await asyncio.to_thread(self._remove, paths)

    def _remove(self, paths: Collection[str]) -> None:
        for path in paths:
            self.absolute(path).unlink(missing_ok=True)
            for smaller in (self._root / "fitted").glob(f"{_disk.short(path)}.*"):
                smaller.unlink(missing_ok=True)

    def lend(self, ref: media.MediaRef) -> str | None:
        """A URL of ours under which a provider can fetch the file for a while, or None when there is no such way."""
        if ref.path is None or self.lend_at is None:
            return None
        return f"{self.lend_at.rstrip('/')}/media/{self._lender.token(ref.path)}"

    def link(self, path: str, *, name: str) -> str | None:
        """A URL under which people can download a kept file as `name` for as long as media are kept; None: nowhere."""
        if self._link_at is None:
            return None
        return f"{self._link_at.rstrip('/')}/media/{self._linker.token(path, name=name)}"

    def lent(self, token: str) -> ports.Lent | None:
        """What a lent or linked URL's last part stands for; None when it was never given out."""
        try:
            relative, name = self._signed(token)
            path = self.absolute(relative)
        except _loan.Expired:
            return ports.Lent(path=None)
        except (_loan.Wrong, ValueError):
            return None
        mime = _probe.MIMES.get(path.suffix[1:], "application/octet-stream")
        return ports.Lent(path=path if path.is_file() else None, mime=mime, name=name)

    async def sweep(self, older_than: datetime, *, live: Collection[str]) -> int:
        """Remove inputs, results and their smaller forms last written before then; says how many.

        `live` are the paths that must stay, those of jobs that have not ended; an output's path may stand there
        without its extension, as `fetch` was given it.
        """
        with self.storing():
            kept = [self._root / name for name in KEPT]
            count = await asyncio.to_thread(
                _disk.sweep, kept, root=self._root, older_than=older_than, live=frozenset(live), most=SWEEP_MOST
            )
            scratch = datetime.now(UTC) - SCRATCH_AGE
            await asyncio.to_thread(
                _disk.sweep,
                [self._root / "tmp"],
                root=self._root,
                older_than=scratch,
                live=frozenset(),
                most=SWEEP_MOST,
                empty_folders=False,  # the platforms' own, into which they may be just about to write
            )
            return count

    async def close(self) -> None:
        """Let connections go."""
        await self._near.close()
        await self._far.close()

    # --- intake and fetch --------------------------------------------------------------------------------------

    async def _download(self, url: str, *, kind: MediaKind, local: bool, to: Path) -> None:
        downloader = self._near if local else self._far
        errand = _download.Errand(url=url, most_bytes=INPUT_BYTES[kind], total_s=INTAKE_S)
        with to.open("wb") as file:
            await downloader.download(errand, to=file)

    async def _kept(self, into: str, *, kind: MediaKind) -> tuple[str, media.Facts] | None:
        """The file that an earlier fetch left there; it was renamed whole, so only its kind can be wrong."""
        for extension in _probe.MIMES:
            path = f"{into}.{extension}"
            if not self.absolute(path).is_file():
                continue
            try:
                return path, await self._prober.measure(self.absolute(path), kind=kind)
            except _probe.Unfit:
                self.absolute(path).unlink(missing_ok=True)
        return None

    async def _fetch_one(self, origin: ports.Origin, *, kind: MediaKind, into: str) -> tuple[str, media.Facts]:
        with self.scratch() as scratch:
            if isinstance(origin, ports.Inline):
                await asyncio.to_thread(scratch.write_bytes, origin.content)
            else:
                await self._fetch_url(origin, kind=kind, to=scratch)
            try:
                facts = await self._prober.measure(scratch, kind=kind)
            except _probe.Unfit as unfit:
                raise _download.Failed(unfit.trouble, str(unfit.trouble)) from None
            path = f"{into}.{_probe.EXTENSIONS[facts.mime]}"
            await asyncio.to_thread(_disk.settle, scratch, self.absolute(path))
            return path, facts

    async def _fetch_url(self, source: ports.Source, *, kind: MediaKind, to: Path) -> None:
        errand = _download.Errand(
            url=source.url, most_bytes=RESULT_BYTES[kind], total_s=FETCH_S, headers=source.headers
        )
        with to.open("wb") as file:
            await self._near.download(errand, to=file)

    def _signed(self, token: str) -> tuple[str, str]:
        """The path, and as what it is downloaded ("" for what is lent)."""
        try:
            return self._lender.path(token), ""
        except _loan.Wrong:
            return self._linker.read(token)

    # --- the disk ----------------------------------------------------------------------------------------------

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A path for a file that is not whole yet; it is gone afterwards unless it was renamed."""
        path = self._root / "tmp" / f"{uuid.uuid4().hex}.part"
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    @contextmanager
    def storing(self) -> Iterator[None]:
        """Turn what the disk says into StorageFault: which path, what is wrong, and the cure."""
        try:
            yield
        except OSError as failure:
            raise errors.StorageFault(f"{self._root}: {_cure(failure)}") from failure


def _cure(failure: OSError) -> str:
    if failure.errno in _FULL:
        return "the disk is full. Free some space there, or move DATA_DIR to a larger disk."
    if failure.errno == errno.EROFS:
        return "the disk is read-only. Mount it for writing, or move DATA_DIR elsewhere."
    if failure.errno in {errno.EACCES, errno.EPERM}:
        return "no permission to write there. Give this user the folder, or move DATA_DIR elsewhere."
    return f"{failure.strerror or type(failure).__name__}. Look at the disk, or move DATA_DIR elsewhere."


def _verdict(failures: Sequence[_download.Failed]) -> errors.ProviderError:
    """Another try later is worth it when any source says so, else there is no usable file."""
    words = "; ".join(dict.fromkeys(failure.words for failure in failures))
    later = [failure for failure in failures if failure.later]
    if later:
        waits = [failure.after_s for failure in later if failure.after_s is not None]
        return errors.Unreachable(words, retry_after_s=min(waits, default=None))
    return errors.Rejected(Reason.FAILED, words or "no address of a result")
