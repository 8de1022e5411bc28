"""The embedded servers."""

import socket
from pathlib import Path

import pytest

from config import embedded


def test_valkey_steps_over_a_port_taken_at_the_last_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as rival:
        rival.bind(("127.0.0.1", 0))
        rival.listen()
        ports = iter([rival.getsockname()[1], embedded.free_port(26379)])
        monkeypatch.setattr(embedded, "free_port", lambda _first: next(ports))
        server = embedded.Valkey(tmp_path / "valkey")
        url = server.start()
    assert embedded.is_ours(url)
    server.stop()
