"""Only public addresses are fetched, however they are written or reached."""

import ipaddress

import pytest

from bot.files import _guard
from bot.files._guard import Guard, GuardedResolver, NotPublic


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd12:3456::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:a00:1::1",
    ],
)
def test_address_that_is_not_public(address: str) -> None:
    assert not _guard.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_public_address(address: str) -> None:
    assert _guard.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com/x.png",
        "//example.com/x.png",
        "file:///etc/passwd",
        "ftp://example.com/x.png",
        "gopher://example.com/",
        "data:image/png;base64,AAAA",
        "https://",
        "https://me@example.com/",
        "https://me:word@example.com/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://10.0.0.1:8080/x",
        "http://169.254.169.254/latest/meta-data/",
        "http://example.com:port/",
    ],
)
def test_url_that_is_refused(url: str) -> None:
    with pytest.raises(NotPublic):
        Guard().check(url)


@pytest.mark.parametrize("url", ["https://example.com/x.png", "http://1.1.1.1/x", "HTTPS://EXAMPLE.com:8443/x?y=1#z"])
def test_url_that_may_be_fetched(url: str) -> None:
    Guard().check(url)


def test_allowed_origin_is_exempt_and_nothing_beside_it() -> None:
    guard = Guard(allowed=["http://127.0.0.1:8080/v1"])
    guard.check("http://127.0.0.1:8080/anything")
    for url in ("http://127.0.0.1:8081/", "https://127.0.0.1:8080/", "http://127.0.0.2:8080/"):
        with pytest.raises(NotPublic):
            guard.check(url)
    guard.allow("http://127.0.0.1:8081")
    guard.check("http://127.0.0.1:8081/")


async def test_name_is_judged_by_what_it_stands_for() -> None:
    for name in ("localhost", "2130706433", "0x7f000001", "127.1"):
        with pytest.raises((NotPublic, OSError)):
            await GuardedResolver(Guard()).resolve(name, 80)


async def test_name_of_an_allowed_origin() -> None:
    resolver = GuardedResolver(Guard(allowed=["http://localhost:8080"]))
    assert await resolver.resolve("localhost", 8080)
    with pytest.raises(NotPublic):
        await resolver.resolve("localhost", 8081)
