"""Every spelling of this machine is loopback, and nothing that only looks like one is."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.text.hosts import LOCALHOST, is_address, is_local, is_loopback, service_host

LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
LOOPBACK_V4 = st.ip_addresses(network="127.0.0.0/8")


@given(LOOPBACK_V4)
def test_the_whole_block_is_loopback_also_mapped_into_ipv6(address: ipaddress.IPv4Address) -> None:
    assert is_loopback(str(address))
    assert is_loopback(f"::ffff:{address}")
    assert is_loopback(f"[::ffff:{address}]")


@given(st.lists(LABELS, min_size=1, max_size=3))
def test_every_name_below_localhost_is_loopback(labels: list[str]) -> None:
    name = ".".join([*labels, LOCALHOST])
    assert is_loopback(name)
    assert is_loopback(name.upper() + ".")
    assert not is_loopback(name + ".test")


@given(st.ip_addresses())
def test_an_address_is_loopback_if_the_standard_library_says_so(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    plain = getattr(address, "ipv4_mapped", None) or address
    assert is_loopback(str(address)) == (plain.is_loopback or plain.is_unspecified)
    assert is_address(str(address))


@given(st.lists(LABELS, min_size=2, max_size=4).map(".".join).filter(lambda name: not name[-1].isdigit()))
def test_other_names_are_not_loopback(name: str) -> None:
    assert is_loopback(name) == name.endswith(".localhost")
    assert not is_address(name)


@given(st.one_of(st.text(max_size=20), st.ip_addresses().map(str)))
def test_a_service_has_one_host(host: str) -> None:
    assert service_host(service_host(host)) == service_host(host)
    assert is_loopback(service_host(host)) == is_loopback(host)


@given(st.one_of(st.text(max_size=20), st.ip_addresses().map(str)), st.text(max_size=20))
def test_a_connection_to_loopback_is_local_whatever_the_machine_is_called(host: str, own_name: str) -> None:
    assert is_local(host, own_name) >= is_loopback(host)
    assert is_local(own_name, own_name)


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST", "localhost.", "127.1", "::1", "[::1]", "0:0:0:0:0:0:0:1", "::1%lo", "0.0.0.0", "::"],
)
def test_spellings_of_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["", "127.evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "mylocalhost", "128.0.0.1", "users"],
)
def test_what_only_looks_like_loopback(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "::ffff:127.0.0.1"])
def test_one_service_whatever_it_is_reached_by(host: str) -> None:
    assert service_host(host) == LOCALHOST


@pytest.mark.parametrize("host", ["users.localhost", "127.0.0.2", "0.0.0.0", "api.test"])
def test_services_that_stay_apart(host: str) -> None:
    assert service_host(host) == host


@pytest.mark.parametrize(("host", "local"), [("", True), ("build-7", True), ("BUILD-7", True), ("build-8", False)])
def test_what_a_connection_to_this_machine_may_say(host: str, local: bool) -> None:
    assert is_local(host, "build-7") == local
