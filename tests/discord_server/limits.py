"""Rate limits: a bucket per route and major parameter, one over all, and what was scripted."""

import asyncio
import hashlib
import time
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from tests.discord_server.options import Options

GLOBAL_WINDOW_S = 1.0


@dataclass(slots=True)
class Bucket:
    """So many requests until reset_at, on the loop's clock."""

    limit: int
    per_s: float
    left: int = 0
    reset_at: float = 0.0

    def take(self, now: float) -> bool:
        if now >= self.reset_at:
            self.left, self.reset_at = self.limit, now + self.per_s
        if self.left <= 0:
            return False
        self.left -= 1
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Tight:
    """Another limit for the routes that fit."""

    method: str
    path: str
    limit: int
    per_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a request may pass, and the headers its answer carries."""

    retry_after_s: float | None  # None: it may
    is_global: bool
    headers: dict[str, str]


@dataclass(slots=True)
class Limits:
    """Counts on the loop's clock, since a client waits in real time."""

    options: Options
    tight: list[Tight] = field(default_factory=list)
    _buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)
    _all: Bucket | None = None
    _closed: list[tuple[str, float]] = field(default_factory=list)  # key ("" for all), until

    def close(self, key: str, seconds: float) -> None:
        """Shut one route (its key) or, with an empty one, everything."""
        self._closed.append((key, asyncio.get_running_loop().time() + seconds))

    def give_back(self, method: str, template: str, major: str) -> None:
        """A request that is refused by a script doesn't count."""
        self._buckets[f"{method} {template}", major].left += 1

    def judge(self, method: str, template: str, major: str, path: str, *, free: bool) -> Verdict:
        """Count a request; free ones, those of interactions, don't count for the global limit."""
        now = asyncio.get_running_loop().time()
        key = f"{method} {template}:{major}"
        bucket = self._bucket(method, template, major, path)
        self._closed = [(one, until) for one, until in self._closed if until > now]
        for closed, until in self._closed:
            if closed == key or (not closed and not free):
                return self._no(bucket, f"{method} {template}", until - now, is_global=not closed)
        self._all = self._all or Bucket(self.options.global_per_s, GLOBAL_WINDOW_S)
        if not free and not self._all.take(now):
            return self._no(bucket, f"{method} {template}", self._all.reset_at - now, is_global=True)
        if not bucket.take(now):
            return self._no(bucket, f"{method} {template}", bucket.reset_at - now, is_global=False)
        headers = self.headers(bucket, f"{method} {template}", now)
        return Verdict(retry_after_s=None, is_global=False, headers=headers)

    def _no(self, bucket: Bucket, key: str, seconds: float, *, is_global: bool) -> Verdict:
        headers = self.headers(bucket, key, asyncio.get_running_loop().time())
        headers |= refusal_headers(seconds, is_global=is_global)
        return Verdict(retry_after_s=round(seconds, 3), is_global=is_global, headers=headers)

    def _bucket(self, method: str, template: str, major: str, path: str) -> Bucket:
        limit, per_s = self.options.bucket_limit, self.options.bucket_per_s
        for tight in self.tight:
            if tight.method.upper() in ("", method) and fnmatchcase(path, tight.path):
                limit, per_s = tight.limit, tight.per_s
        bucket = self._buckets.setdefault((f"{method} {template}", major), Bucket(limit, per_s))
        if (bucket.limit, bucket.per_s) != (limit, per_s):
            bucket.limit, bucket.per_s, bucket.reset_at = limit, per_s, 0.0
        return bucket

    @staticmethod
    def headers(bucket: Bucket, key: str, now: float) -> dict[str, str]:
        after = max(bucket.reset_at - now, 0.0)
        return {
            "X-RateLimit-Limit": str(bucket.limit),
            "X-RateLimit-Remaining": str(bucket.left),
            "X-RateLimit-Reset": f"{time.time() + after:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": hashlib.md5(key.encode(), usedforsecurity=False).hexdigest(),
        }


def refusal_headers(seconds: float, *, is_global: bool) -> dict[str, str]:
    """The headers of a 429."""
    scope = (
        {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"} if is_global else {"X-RateLimit-Scope": "user"}
    )
    return {"Retry-After": str(max(1, round(seconds + 0.5))), "X-RateLimit-Reset-After": f"{seconds:.3f}"} | scope
