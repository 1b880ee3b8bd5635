"""`manage.py load_release <kind> <address>`: a file is fetched whole or not at all."""

import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from codes.releases import fetching
from codes.releases.refused import Refused
from tests import published
from tests.loading_pairs import NAME, ROWS, TITLE, load, now_current, refusal


class Published(http.server.BaseHTTPRequestHandler):
    """A publisher's server. `files` are its pages; `cut` ones end half-way, `chunked` ones tell no length."""

    files: dict[str, bytes] = {}

    def do_GET(self) -> None:
        content = self.files.get(self.path.partition("?")[0].rpartition("/")[2])
        if content is None:
            self.send_error(404)
            return
        self.send_response(200)
        chunked, cut = "/chunked/" in self.path, "/cut/" in self.path
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        sent = content[: len(content) // 2] if cut else content
        self.wfile.write(b"%x\r\n%s\r\n" % (len(sent), sent) if chunked else sent)
        if chunked and not cut:
            self.wfile.write(b"0\r\n\r\n")

    protocol_version = "HTTP/1.1"

    def end_headers(self) -> None:
        self.send_header("Connection", "close")
        super().end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch, tmp_path) -> Iterator[str]:
    """The address of a publisher with one file."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(Published, "files", {NAME: published.pairs(tmp_path / "server", 1, ROWS).read_bytes()})
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Published)
    thread = threading.Thread(target=running.serve_forever, args=[0.01])
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    """Where fetched files go."""
    settings.VAR_DIR = var = tmp_path / "var"
    var.mkdir()
    return Path(var, "releases")


@pytest.mark.parametrize("way", ["", "chunked/"])
def test_an_address_is_fetched_and_its_digest_recorded(db, server, folder, way):
    address = f"{server}/files/{way}{NAME}?download=1"
    said = load("ncci-ptp", address)
    assert f"{TITLE}: loaded in" in said
    assert [path.name for path in folder.iterdir()] == [NAME]
    content = Published.files[NAME]
    assert (folder / NAME).read_bytes() == content
    assert (now_current().source, now_current().digest) == (address, hashlib.sha256(content).hexdigest())
    assert "is loaded already" in load("ncci-ptp", address)


@pytest.mark.parametrize("way", ["", "chunked/"])
def test_a_file_that_is_too_large_is_refused(db, server, folder, way, monkeypatch):
    monkeypatch.setattr(fetching, "LARGEST", 1_000)
    assert "at most" in refusal("ncci-ptp", f"{server}/{way}{NAME}")
    assert list(folder.iterdir()) == []


def test_the_limit_is_said_in_the_unit_it_has(monkeypatch, server, folder):
    monkeypatch.setattr(fetching, "LARGEST", 3 * 1024**2)
    Published.files["large.zip"] = b"0" * (3 * 1024**2 + 1)
    with pytest.raises(Refused, match=r"large\.zip: at most 3 MiB were expected"):
        fetching.fetch(f"{server}/large.zip")


def test_an_address_without_a_file_is_refused(db, server, folder):
    assert "404" in refusal("ncci-ptp", f"{server}/elsewhere.zip")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("way", ["cut/", "cut/chunked/"])
def test_a_connection_that_is_cut_is_refused_and_an_earlier_copy_stays(db, server, folder, way):
    folder.mkdir()
    (folder / NAME).write_text("an earlier copy")
    sentence = refusal("ncci-ptp", f"{server}/{way}{NAME}")
    assert f"{server}/{way}{NAME}: " in sentence
    assert [path.name for path in folder.iterdir()] == [NAME]
    assert (folder / NAME).read_text() == "an earlier copy"


def test_a_server_that_nobody_runs_is_refused(db, folder, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert "could not be fetched" in refusal("ncci-ptp", f"http://127.0.0.1:9/{NAME}")


def test_an_address_that_is_none_is_refused(db, folder):
    assert "could not be fetched" in refusal("ncci-ptp", "http://127.0.0.1:port/x.zip")
    assert "could not be fetched" in refusal("ncci-ptp", "http://127.0.0.1/a b.zip")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("files/ccipra-v302r0-f1.zip", "ccipra-v302r0-f1.zip"),
        ("..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("..", "release"),
        ("%2e%2e", "release"),
        (".htaccess", "htaccess"),
        ("a%20b%00c%5Cd;e.zip", "a_b_c_d_e.zip"),
        ("", "release"),
        ("x" * 300, "x" * 120),
    ],
)
def test_a_fetched_file_has_a_harmless_name(path, name):
    assert fetching.name_of(f"http://example.org/{path}?x=../../y") == name
