"""What is said while the database is away."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client as Browser

from config.views import server_error


@pytest.fixture
def without_database(db: Any) -> Any:
    """Make every statement fail as it does when the server has gone."""

    def gone(*_: Any) -> None:
        raise OperationalError("the server closed the connection unexpectedly")

    with connection.execute_wrapper(gone):
        yield


@pytest.mark.usefixtures("without_database")
@pytest.mark.parametrize("path", ["/", "/readyz", "/login/"])
def test_a_page_without_its_database_asks_for_a_minute(path: str) -> None:
    response = Browser(raise_request_exception=False).get(path)
    assert response.status_code == 503
    assert response["Retry-After"] == "15"
    assert "браузер отправит её ещё раз" in response.content.decode()


def test_a_fault_of_ours_stays_a_500(db: Any, rf: Any) -> None:
    try:
        raise ZeroDivisionError  # noqa: TRY301 - the view looks at what is being handled
    except ZeroDivisionError:
        response = server_error(rf.get("/"))
    assert response.status_code == 500
