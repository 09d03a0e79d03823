"""The recorded origin that a `--to` stands for, and the URL that a recorded request goes to."""

from __future__ import annotations

import pytest

from playhead.errors import UsageError
from playhead.services.verifying.target import targets_of

API, MAIL = "https://api.test", "https://mail.test"


@pytest.mark.parametrize(
    ("to", "recorded", "live"),
    [
        ("http://127.0.0.1:9", f"{API}/users/1?page=2", "http://127.0.0.1:9/users/1?page=2"),
        ("http://127.0.0.1:9/", f"{API}", "http://127.0.0.1:9/"),
        ("http://127.0.0.1:9/api", "origin://shop/users", "http://127.0.0.1:9/api/users"),
        ("shop=http://127.0.0.1:9", "origin://shop/users", "http://127.0.0.1:9/users"),
        ("api.test=https://staging.test", f"{API}/a%20b", "https://staging.test/a%20b"),
        (f"{API}/v1=https://staging.test/v2", f"{API}/v1/users", "https://staging.test/v2/users"),
        (f"{API}/v1=https://staging.test/v2", f"{API}/v10/users", None),
        ("http://localhost:9", "http://127.0.0.1:4711/users", "http://localhost:9/users"),
    ],
)
def test_a_recorded_url_goes_to_its_target(to, recorded, live):
    assert targets_of([to], [[recorded]]).live(recorded) == live


def test_a_lone_target_stands_for_its_own_host_if_that_was_recorded():
    targets = targets_of([API], [[f"{API}/users", f"{MAIL}/messages"]])
    assert targets.live(f"{API}/users") == f"{API}/users"
    assert targets.live(f"{MAIL}/messages") is None


def test_a_lone_target_among_several_hosts_has_to_say_which_it_stands_for():
    with pytest.raises(UsageError, match=r"--to https://api\.test=https://staging\.test"):
        targets_of(["https://staging.test"], [[f"{API}/users"], [f"{MAIL}/messages"]])
    targets = targets_of(["https://staging.test", f"{MAIL}=http://127.0.0.1:9"], [[f"{API}/users"], [f"{MAIL}/x"]])
    assert targets.live(f"{API}/users") == "https://staging.test/users"
    assert targets.live(f"{MAIL}/x") == "http://127.0.0.1:9/x"


def test_loopback_ports_are_one_service_unless_a_cassette_has_several():
    one, other = "http://127.0.0.1:1000/a", "http://localhost:2000/a"
    targets = targets_of(["http://127.0.0.1:9"], [[one], [other]])
    assert targets.live(one) == targets.live(other) == "http://127.0.0.1:9/a"
    with pytest.raises(UsageError, match="The recordings talk to"):
        targets_of(["http://127.0.0.1:9"], [[one, other]])


def test_names_below_localhost_are_services_of_their_own():
    users, orders = "http://users.localhost:1000/a", "http://orders.localhost:1000/a"
    targets = targets_of(["http://users.localhost:9"], [[users], [orders]])
    assert targets.live(users) == "http://users.localhost:9/a"
    assert targets.live(orders) is None


def test_only_the_hosts_of_targets_and_allowed_ones_may_be_reached():
    allows = targets_of(["http://127.0.0.1:9"], [[f"{API}/users"]], ["*.test"]).allows()
    assert allows("http://127.0.0.1:9/anything")
    assert allows("https://auth.test/token")
    assert not allows("http://127.0.0.1:10/anything")
    assert not allows("https://127.0.0.1.evil.example/")


@pytest.mark.parametrize("text", ["", "api.test", "ftp://x", "http://", "http://x/?q=1", "=http://x"])
def test_what_is_no_target_is_a_usage_error(text):
    with pytest.raises(UsageError):
        targets_of([text], [])


def test_credentials_in_a_target_are_refused_and_not_repeated():
    with pytest.raises(UsageError) as caught:
        targets_of(["https://ada:hunter22@api.test"], [])
    assert "hunter22" not in str(caught.value)


def test_two_lone_targets_are_a_usage_error():
    with pytest.raises(UsageError, match="RECORDED=URL"):
        targets_of([API, MAIL], [])
