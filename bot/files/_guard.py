"""Which addresses may be fetched: http(s) to public hosts, and the few origins that the operator's settings name.

The check is made twice: on every URL before it is asked (scheme, credentials, literal addresses), and in the resolver
of the very connection, whose answer is the one connected to. So a name can't point elsewhere between check and use, and
the Host header and TLS name stay the URL's own.
"""

import ipaddress
import socket
from collections.abc import Iterable
from typing import TypeAlias

import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_PORTS = {"http": 80, "https": 443}


class NotPublic(Exception):
    """An address that is not fetched."""


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open internet, seen through every way to wrap an IPv4 address into IPv6."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local or address.scope_id is not None:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def origin(url: str | httpx.URL) -> tuple[str, str, int]:
    """Scheme, host and port of an http(s) URL. Raises NotPublic when it is none or carries credentials."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError, TypeError):
        raise NotPublic("no address") from None
    if parsed.scheme not in _PORTS or not parsed.host:
        raise NotPublic("no http(s) address")
    if parsed.userinfo:
        raise NotPublic("credentials in the address")
    return parsed.scheme, parsed.host.rstrip(".").lower(), parsed.port or _PORTS[parsed.scheme]


class Guard:
    """Says which URLs may be fetched; `allowed` are origins (https://host:port) that are exempt."""

    def __init__(self, *, allowed: Iterable[str] = ()) -> None:
        self._allowed = {origin(url) for url in allowed}

    def allow(self, url: str) -> None:
        """Exempt the origin of one more URL: a server's own, once its port is known."""
        self._allowed.add(origin(url))

    def exempt(self, url: str | httpx.URL) -> bool:
        """Whether the URL's origin is one of the allowed."""
        return origin(url) in self._allowed

    def check(self, url: str | httpx.URL) -> None:
        """Raise NotPublic for a URL that may not be fetched, as far as its text tells."""
        _, host, _ = found = origin(url)
        if found in self._allowed:
            return
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return  # a name: the resolver checks what it stands for
        if not is_public(address):
            raise NotPublic("not a public address")

    def exempt_host(self, host: str, port: int) -> bool:
        """Whether a connection to this name and port belongs to an allowed origin."""
        return any((host, port) == (known, at) for _, known, at in self._allowed)


class GuardedResolver(AbstractResolver):
    """Resolves names for one session; a name with any address that is not public is refused as a whole."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The checked addresses. Raises NotPublic, OSError."""
        found = await self._resolver.resolve(host, port, family)
        if self._guard.exempt_host(host.rstrip(".").lower(), port):
            return found
        for each in found:
            if not is_public(ipaddress.ip_address(each["host"])):
                raise NotPublic("not a public address")
        return found

    async def close(self) -> None:
        """Nothing is held."""
        await self._resolver.close()
