"""Addresses of ours to which a provider tells the end of one call: signed, bound to that call, good for a while."""

import itsdangerous

from bot import jobs, ports
from bot.engine.limits import LONGEST

PATH = "/callbacks/"


class Addresses:
    """Makes and reads them. `base` is where providers reach our web server; None: they can't."""

    def __init__(self, *, secret: str = "", base: str | None = None) -> None:
        self.secret = secret
        self.base = base  # may be set later: the web server's port is known once it listens
        self._signer = itsdangerous.URLSafeTimedSerializer(secret, salt="atelier.callback")

    def url(self, call: jobs.Call) -> str | None:
        """Where the call's end may be told; None when nobody reaches us."""
        if self.base is None:
            return None
        return f"{self.base.rstrip('/')}{PATH}{self._signer.dumps([call.job, call.step, call.attempt])}"

    def key(self, token: str) -> ports.CallKey | None:
        """The call that an address's last part stands for; None when we never gave it out, or long ago."""
        try:
            said = self._signer.loads(token, max_age=round(LONGEST.total_seconds()))
        except itsdangerous.BadData:
            return None
        match said:
            case [str(job), int(step), int(attempt)]:
                return job, step, attempt
            case _:
                return None
