"""Doors to what goes wrong: requests, rate limits, the gateway, time and tokens."""

from dataclasses import dataclass

from tests.discord_server.faults import Fault, Name
from tests.discord_server.limits import Tight
from tests.discord_server.world import World

PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayState:
    """How the gateway stands."""

    connected: int  # connections with a session
    sessions: int
    identifies: int  # sessions begun so far
    resumes: int  # of the sessions there are


class FaultDoors:
    """Nothing goes wrong that wasn't asked for."""

    world: World

    async def fault(
        self,
        name: Name,
        *,
        times: int = 1,
        method: str = "",
        path: str = "*",
        status: int = 500,
        code: int = 0,
        message: str = "",
        retry_after_s: float = 0.5,
        is_global: bool = False,
        delay_s: float = 30.0,
        skip: int = 0,
    ) -> None:
        """Let something go wrong with the next requests that fit; see faults.Fault."""
        self.world.faults.planned.append(
            Fault(
                name=name,
                times=times,
                method=method,
                path=path,
                status=status,
                code=code,
                message=message,
                retry_after_s=retry_after_s,
                is_global=is_global,
                delay_s=delay_s,
                skip=skip,
            )
        )

    async def faults(self) -> list[Fault]:
        """What was planned, with how often each was used."""
        return self.world.faults.planned

    async def clear_faults(self) -> None:
        """Let everything go well again, the gateway and the limits too."""
        self.world.faults.planned.clear()
        self.world.limits.tight.clear()
        self.world.gateway.acks, self.world.gateway.refuses = True, 0

    async def limit(self, *, limit: int, per_s: float, method: str = "", path: str = "*") -> None:
        """Give the routes that fit a bucket of this size."""
        self.world.limits.tight.append(Tight(method=method, path=path, limit=limit, per_s=per_s))

    async def advance(self, seconds: float) -> None:
        """Move the server's clock forward; tokens, first answers and CDN links age by it, rate limits don't."""
        self.world.clock.advance(seconds)
        self.world.changes.note()

    async def kill_token(self, interaction: int) -> None:
        """An interaction's token is dead from now on."""
        self.world.interactions[interaction].killed = True

    async def gateway_state(self) -> GatewayState:
        gateway = self.world.gateway
        sessions = list(gateway.sessions.values())
        return GatewayState(
            connected=sum(one.connection is not None for one in sessions),
            sessions=len(sessions),
            identifies=gateway.identifies,
            resumes=sum(one.resumes for one in sessions),
        )

    async def gateway_reconnect(self) -> None:
        """Ask clients to connect anew (op 7)."""
        await self.world.gateway.reconnect()

    async def gateway_invalidate(self, *, resumable: bool = False) -> None:
        """Tell clients that their session is invalid (op 9)."""
        await self.world.gateway.invalidate(resumable=resumable)

    async def gateway_close(self, code: int = 4000) -> None:
        """Close every connection with this code."""
        await self.world.gateway.close(code)

    async def gateway_drop(self) -> None:
        """Cut every TCP connection without a word."""
        self.world.gateway.drop()

    async def gateway_acks(self, on: bool) -> None:
        """Whether heartbeats are answered."""
        self.world.gateway.acks = on

    async def gateway_refuse(self, times: int) -> None:
        """Answer so many connections with 503."""
        self.world.gateway.refuses = times

    async def gateway_forget(self) -> None:
        """Forget every session: the next RESUME is refused with op 9."""
        self.world.gateway.forget()
