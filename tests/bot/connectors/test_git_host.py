"""A repository on a git host: what is newest, who made it, proposing a change. A real server answers as each host."""

import io
import socket
import ssl
import tarfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot import errors
from bot.connectors import allowance, client, git_address, git_host, network
from bot.connectors.git_address import Address, Kind
from bot.connectors.git_host import Repository
from tests import certificates, githosts
from tests.githosts import GitHost

PLAY = "own-the-problem/bad-news-first.yaml"


@pytest.fixture(params=["github", "gitlab"])
def host(request: pytest.FixtureRequest) -> Iterator[GitHost]:
    """A private repository with one commit; each of the two hosts in turn."""
    with githosts.running(request.param) as running:
        running.push(
            {"cadence.yaml": "per_day: 1\n", PLAY: "do: call\n"}, "First plays", at="2026-03-03T08:30:00+01:00"
        )
        yield running


def repository(host: GitHost, more: str = "", token: str = "t0ken") -> Repository:
    return git_host.of(host.address + more, token, allow_loopback=True)


def names(content: bytes) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        return [name.partition("/")[2] for name in tar.getnames()]


# --- reading --------------------------------------------------------------------------------------------------------


def test_the_newest_archive_comes_once_and_then_again_when_somebody_pushed(host: GitHost) -> None:
    theirs = repository(host)
    first = theirs.archive()
    assert first is not None
    assert first.revision == host.branches["main"]
    assert names(first.content) == ["cadence.yaml", PLAY]
    asked = len(host.asked)
    assert theirs.archive(first.etag) is None
    assert len(host.asked) == asked + 1  # one small question, no archive
    assert theirs.archive(None, known=first.revision) is None  # a host without ETags
    host.push({"cadence.yaml": "per_day: 2\n"})
    second = theirs.archive(first.etag, first.revision)
    assert second is not None
    assert (second.revision, names(second.content)) == (host.branches["main"], ["cadence.yaml"])


def test_the_token_goes_to_the_host_of_the_address_alone(host: GitHost) -> None:
    assert repository(host).archive() is not None
    with_token = [f"{a.path}" for a in host.asked if a.headers.get("authorization") == f"Bearer {host.token}"]
    without = [a.path for a in host.asked if "authorization" not in a.headers]
    assert all(path.startswith("/api/") for path in with_token)
    assert len(without) == (1 if host.kind == "github" else 0)  # GitHub hands archives out from another host


def test_a_branch_is_read_where_the_address_names_one(host: GitHost) -> None:
    host.push({"cadence.yaml": "per_day: 3\n"}, branch="team/asia")
    found = repository(host, "#team/asia").archive()
    assert found is not None
    assert found.revision == host.branches["team/asia"] != host.branches["main"]


def test_who_made_a_commit_and_when_is_told(host: GitHost) -> None:
    made = repository(host).commit(host.branches["main"])
    assert (made.author, made.title) == ("Mei Lin", "First plays")
    assert made.at is not None
    assert made.at.isoformat() == "2026-03-03T08:30:00+01:00"


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_no_says_what_to_check(host: GitHost, token: str) -> None:
    with pytest.raises(client.Rejected) as raised:
        repository(host, token=token).archive()
    assert "KAM_GIT_TOKEN" in raised.value.repair
    assert "wrong" not in str(raised.value)


def test_a_branch_that_is_not_there_is_a_no(host: GitHost) -> None:
    with pytest.raises(client.Rejected):
        repository(host, "#nowhere").archive()


@pytest.mark.parametrize(("status", "headers", "wait"), [(429, {"Retry-After": "90"}, 90.0), (503, {}, None)])
def test_how_long_a_host_wants_to_be_left_alone_is_kept(
    host: GitHost, status: int, headers: dict[str, str], wait: float | None
) -> None:
    host.faults.append((status, headers))
    with pytest.raises(client.NotAnswering) as raised:
        repository(host).archive()
    assert raised.value.wait == wait


def in_seconds(seconds: int) -> str:
    """A moment as git hosts name it. Their answers say what time it is there."""
    return str(int(time.time()) + seconds)


@pytest.mark.parametrize(
    ("status", "headers", "at_least"),
    [
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": in_seconds(1800)}, 1500),
        (429, {"RateLimit-Remaining": "0", "RateLimit-Reset": in_seconds(1800)}, 1500),
        (429, {"RateLimit-Remaining": "0", "RateLimit-Reset": in_seconds(1800), "Retry-After": "2400"}, 2400),
        (403, {"Retry-After": "60"}, 60),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9" * 15}, 24 * 3600),
    ],
)
def test_a_host_that_was_asked_too_often_is_left_alone_until_it_may_be_asked_again(
    host: GitHost, status: int, headers: dict[str, str], at_least: int
) -> None:
    for ask in (lambda: repository(host).archive(), lambda: repository(host).propose("b", {"a.md": "x"}, "t", "")):
        host.faults.append((status, headers))
        with pytest.raises(client.SlowedDown) as raised:
            ask()
        assert raised.value.wait is not None
        assert at_least <= raised.value.wait <= at_least * 1.25
        assert "KAM_GIT_TOKEN" not in raised.value.repair  # nothing is wrong with it


def test_a_no_while_there_is_something_left_to_ask_is_a_no(host: GitHost) -> None:
    host.faults.append((403, {"X-RateLimit-Remaining": "12", "X-RateLimit-Reset": in_seconds(1800)}))
    with pytest.raises(client.Rejected, match="403"):
        repository(host).archive()


def test_what_is_left_to_ask_is_spread_over_the_time_that_it_must_last(host: GitHost) -> None:
    theirs = repository(host)
    host.headers = {"X-RateLimit-Remaining": "10", "X-RateLimit-Reset": in_seconds(3000)}
    first = theirs.archive()
    assert first is not None
    assert 280 <= theirs.pace <= 300
    host.headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": in_seconds(3000)}
    assert theirs.archive(first.etag) is None
    assert 2900 <= theirs.pace <= 3000
    host.headers = {}
    theirs.archive(first.etag)
    assert theirs.pace == 0


def test_a_clock_of_ours_that_is_wrong_changes_no_pause() -> None:
    headers = httpx.Headers(
        {"Date": "Mon, 02 Mar 2020 08:00:00 GMT", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1583136600"}
    )
    assert allowance.seconds_to_wait(headers) == 600


# --- a host of one's own network ------------------------------------------------------------------------------------

OWN = "gitlab.example.internal"
OWN_ADDRESS = f"https://{OWN}:8443/acme/playbooks"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[GitHost]:
    """A GitLab with a certificate of its own; the file that vouches for it lies beside."""
    file = tmp_path / "own.pem"
    file.write_bytes(certificates.self_signed(OWN))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    with githosts.running("gitlab", tls) as running:
        running.push({"cadence.yaml": "per_day: 1\n"})
        yield running


def asked_from(own: GitHost, way: client.Client, addresses: list[str]) -> Repository:
    """The repository, in a network where its name leads to these addresses and each of them to the host."""

    def dial(address: str, port: int, timeout: float) -> socket.socket:
        assert address in addresses
        return network.dial("127.0.0.1", own.port, timeout)

    return git_host.of(OWN_ADDRESS, own.token, way=replace(way, resolve=lambda host, port: addresses, dial=dial))


@pytest.mark.parametrize("address", ["10.1.2.3", "172.16.0.9", "192.168.1.5", "100.64.0.7", "fd00::5"])
def test_a_host_of_ones_own_network_is_read_and_written_where_it_is_named(
    own: GitHost, tmp_path: Path, address: str
) -> None:
    theirs = asked_from(own, git_host.way(OWN_ADDRESS, {f"{OWN}:8443"}, tmp_path / "own.pem"), [address])
    found = theirs.archive()
    assert found is not None
    assert names(found.content) == ["cadence.yaml"]
    assert theirs.propose("b", {"cadence.yaml": "per_day: 2\n"}, "More", "").endswith("/merge_requests/1")


@pytest.mark.parametrize("private", [(), {"other.example.internal:8443"}, {OWN}])
def test_a_host_of_ones_own_network_that_nobody_names_is_refused(
    own: GitHost, tmp_path: Path, private: set[str]
) -> None:
    theirs = asked_from(own, git_host.way(OWN_ADDRESS, private, tmp_path / "own.pem"), ["10.1.2.3"])
    with pytest.raises(client.UnusualPort) as raised:
        theirs.archive()
    assert "with its port in KAM_PRIVATE_HOSTS" in raised.value.repair
    assert own.asked == []


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "fe80::1", "0.0.0.0", "::1", "224.0.0.1"])
def test_a_named_host_opens_nothing_but_ones_own_network(own: GitHost, tmp_path: Path, address: str) -> None:
    theirs = asked_from(own, git_host.way(OWN_ADDRESS, {f"{OWN}:8443"}, tmp_path / "own.pem"), ["10.1.2.3", address])
    with pytest.raises(client.ForbiddenAddress):
        theirs.archive()
    assert own.asked == []


def test_a_certificate_that_nobody_vouches_for_says_which_setting_does(own: GitHost) -> None:
    theirs = asked_from(own, git_host.way(OWN_ADDRESS, {f"{OWN}:8443"}), ["10.1.2.3"])
    with pytest.raises(client.BadCertificate) as raised:
        theirs.archive()
    assert "KAM_PRIVATE_CA" in raised.value.repair


def test_a_public_host_does_not_lead_to_a_named_one() -> None:
    assert git_host.way("https://github.com/acme/playbooks", {OWN}).private == ()


def test_a_private_address_says_which_setting_opens_it(own: GitHost) -> None:
    theirs = git_host.of(f"gitlab+https://{OWN}/a/b", way=client.Client(resolve=lambda host, port: ["10.1.2.3"]))
    for ask in (theirs.archive, lambda: theirs.commit("ab" * 20)):
        with pytest.raises(client.ForbiddenAddress) as raised:
            ask()
        assert "KAM_PRIVATE_HOSTS" in raised.value.repair


def test_an_answer_that_no_host_gives_is_an_error_in_words(host: GitHost) -> None:
    host.faults.append((200, {}))
    with pytest.raises(client.NotAnswering):
        repository(host).archive()
    host.faults.append((200, {}))
    with pytest.raises(client.NotAnswering):
        repository(host).commit(host.branches["main"])


# --- proposing ------------------------------------------------------------------------------------------------------


def test_a_proposal_is_one_commit_on_a_branch_of_its_own_and_one_request(host: GitHost) -> None:
    url = repository(host).propose("kam/bad-news", {PLAY: "do: visit\n", "new/a.yaml": "新的\n"}, "Visit first", "Why.")
    assert host.files("kam/bad-news") == {"cadence.yaml": "per_day: 1\n", PLAY: "do: visit\n", "new/a.yaml": "新的\n"}
    assert host.files("main")[PLAY] == "do: call\n"
    assert host.commits[host.branches["kam/bad-news"]].title == "Visit first"
    [request] = host.requests
    assert url in request.values()
    assert {"Visit first", "Why.", "kam/bad-news", "main"} <= {str(value) for value in request.values()}


def test_the_same_proposal_twice_is_the_same_request(host: GitHost) -> None:
    theirs = repository(host)
    first = theirs.propose("kam/bad-news", {PLAY: "do: visit\n"}, "Visit first", "")
    before = host.branches["kam/bad-news"]
    assert theirs.propose("kam/bad-news", {PLAY: "do: visit\n"}, "Visit first", "") == first
    assert host.branches["kam/bad-news"] == before
    assert theirs.propose("kam/bad-news", {PLAY: "do: write\n"}, "Write first", "") == first
    assert host.files("kam/bad-news")[PLAY] == "do: write\n"
    assert host.commits[host.branches["kam/bad-news"]].parent == before
    assert len(host.requests) == 1


def test_a_branch_without_a_request_gets_one(host: GitHost) -> None:
    """As after a stop between the two."""
    theirs = repository(host)
    theirs.propose("kam/bad-news", {PLAY: "do: visit\n"}, "Visit first", "")
    host.requests.clear()
    assert theirs.propose("kam/bad-news", {PLAY: "do: visit\n"}, "Visit first", "").startswith("http")


def test_what_changes_nothing_is_not_proposed(host: GitHost) -> None:
    with pytest.raises(errors.Refused, match="changes nothing"):
        repository(host).propose("kam/same", {PLAY: "do: call\n"}, "Same", "")
    assert (list(host.branches), host.requests) == (["main"], [])


def test_without_a_token_nothing_is_asked(host: GitHost) -> None:
    with pytest.raises(errors.Refused) as raised:
        repository(host, token="").propose("kam/x", {PLAY: "do: x\n"}, "X", "")
    assert raised.value.code == "no_git_token"
    assert host.asked == []


@pytest.mark.parametrize("path", ["../x.yaml", "/etc/x.yaml", "a//b.yaml", ".git/hooks/x"])
def test_a_path_that_leads_out_is_not_proposed(host: GitHost, path: str) -> None:
    with pytest.raises(errors.BadInput):
        repository(host).propose("kam/x", {path: "do: x\n"}, "X", "")
    assert host.asked == []


# --- addresses ------------------------------------------------------------------------------------------------------

HUB, LAB = Kind.GITHUB, Kind.GITLAB


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("https://github.com/acme/plays", Address(HUB, "https://github.com", "acme/plays")),
        ("https://github.com/acme/plays.git#team/asia", Address(HUB, "https://github.com", "acme/plays", "team/asia")),
        ("https://github.com/acme/plays#:a/b/", Address(HUB, "https://github.com", "acme/plays", "", "a/b")),
        ("https://github.com/acme/plays/tree/dev/a", Address(HUB, "https://github.com", "acme/plays", "dev", "a")),
        ("https://gitlab.com/a/b/c/-/tree/dev/d/e", Address(LAB, "https://gitlab.com", "a/b/c", "dev", "d/e")),
        ("https://gitlab.acme.com/a/b/c#dev:d", Address(LAB, "https://gitlab.acme.com", "a/b/c", "dev", "d")),
        ("gitlab+https://git.acme.com/a/b", Address(LAB, "https://git.acme.com", "a/b")),
        ("github+https://git.acme.com/a/b/", Address(HUB, "https://git.acme.com", "a/b")),
    ],
)
def test_an_address_says_host_repository_branch_and_folder(text: str, meant: Address) -> None:
    assert git_address.parse(text) == meant


@pytest.mark.parametrize(
    ("text", "api"),
    [
        ("https://github.com/a/b", "https://api.github.com"),
        ("https://github.acme.com/a/b", "https://github.acme.com/api/v3"),
        ("https://gitlab.com/a/b", "https://gitlab.com/api/v4"),
    ],
)
def test_each_host_has_its_api(text: str, api: str) -> None:
    assert git_address.parse(text).api == api


@pytest.mark.parametrize(
    "text",
    [
        "https://git.acme.com/a/b",  # which kind of host?
        "https://github.com/acme",
        "https://github.com/acme/a/b",
        "https://github.com/acme/../../x",
        "https://me:secret@github.com/acme/plays",
        "https://github.com/acme/plays?x=1",
        "https://github.com/acme/plays#main:../x",
        "https://github.com/acme/plays#a..b",
        "ssh://github.com/acme/plays",
        "svn+https://github.com/acme/plays",
        "https://",
        "https://[",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(errors.BadInput) as raised:
        git_address.parse(text)
    assert raised.value.repair
    assert "secret" not in raised.value.message


def test_plain_http_is_not_spoken() -> None:
    with pytest.raises(client.BadAddress):
        git_host.of("http://github.com/acme/plays", "t").archive()
