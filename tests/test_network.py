"""The tests reach this machine and nothing else."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError


@pytest.mark.filterwarnings("ignore:A test tried")
def test_other_machines_cannot_be_reached() -> None:
    with socket.socket() as link, pytest.raises(SocketConnectBlockedError):
        link.connect(("192.0.2.1", 80))


def test_this_machine_can() -> None:
    with socket.socket() as server, socket.socket() as link:
        server.bind(("127.0.0.1", 0))
        server.listen()
        link.connect(server.getsockname())
