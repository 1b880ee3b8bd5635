"""The load generator: eight kept-alive connections, one request at a time on each, every answer checked."""

import re
import selectors
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass

CONNECTIONS = 8
SAMPLE = 50
PATIENCE_SECONDS = 30
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)
LAST_CHUNK = b"0\r\n\r\n"


class WrongAnswer(Exception):
    """The site answered something else than the scenario expects, so there is nothing to measure."""


@dataclass(frozen=True, slots=True)
class Request:
    """The bytes to send, and what one answer of every fifty must contain, looked at in full."""

    data: bytes
    sampled: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """How many answers came, in how many seconds."""

    answers: int
    seconds: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


class Connection:
    """One connection: the request under way and what has come of its answer."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request = Request(b"")
        self.buffer = b""

    def send(self, request: Request) -> None:
        """Send the next request."""
        self.request, self.buffer = request, b""
        self.socket.sendall(request.data)

    def receive(self) -> bytes | None:
        """The answer once it is whole."""
        piece = self.socket.recv(262144)
        if not piece:
            raise WrongAnswer(f"the server hung up on {self.request.data[:80]!r}")
        self.buffer += piece
        head = self.buffer.find(b"\r\n\r\n")
        if head < 0:
            return None
        length = LENGTH.search(self.buffer, 0, head + 2)
        whole = len(self.buffer) >= head + 4 + int(length[1]) if length else self.buffer.endswith(LAST_CHUNK)
        return self.buffer if whole else None


def check(answer: bytes, mark: bytes, sampled: Iterable[bytes]) -> None:
    """WrongAnswer unless the status is 200 and the body has the mark, and all of `sampled`."""
    missing = [wanted for wanted in (mark, *sampled) if wanted not in answer]
    if not answer.startswith(b"HTTP/1.1 200 ") or missing:
        raise WrongAnswer(f"without {missing}: {answer[:600]!r}")


def run(port: int, requests: Iterable[Request], mark: bytes, seconds: float = float("inf")) -> Run:
    """Send requests for so long, or until there are none left; `mark` must be in every answer."""
    waiting = iter(requests)
    poll = selectors.DefaultSelector()
    connections = [Connection(port) for _ in range(CONNECTIONS)]
    begun = time.perf_counter()
    end = begun + seconds
    answers = under_way = 0
    try:
        for connection, request in zip(connections, waiting, strict=False):
            poll.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(request)
            under_way += 1
        while under_way:
            ready = poll.select(PATIENCE_SECONDS)
            if not ready:
                raise WrongAnswer(f"no answer in {PATIENCE_SECONDS} s")
            for key, _ in ready:
                connection = key.data
                answer = connection.receive()
                if answer is None:
                    continue
                answers += 1
                check(answer, mark, () if answers % SAMPLE else connection.request.sampled)
                following = next(waiting, None) if time.perf_counter() < end else None
                if following is None:
                    under_way -= 1
                else:
                    connection.send(following)
        if not answers:
            raise WrongAnswer("there was no request left to send")
        return Run(answers, time.perf_counter() - begun)
    finally:
        poll.close()
        for connection in connections:
            connection.socket.close()
