"""Setting up a server without the demo."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from company.enums import Role
from company.models import Branch, Company, User

ANSWERS = {"company": "Пекарня «Колос»", "owner": "Вера Котова", "email": "vera@example.org", "branch": ["Центр", "Вокзал"]}
PASSWORD = "совсем другой пароль 9"


def run(monkeypatch: pytest.MonkeyPatch, password: str = PASSWORD, **changes: Any) -> str:
    """Run the command with the password on its standard input."""
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    said = io.StringIO()
    call_command("start_company", **(ANSWERS | changes), stdout=said)
    return said.getvalue()


@pytest.mark.django_db
def test_first_owner_is_set_up_from_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "vera@example.org" in run(monkeypatch, word="Гость")
    owner = User.objects.get()
    assert (owner.role, owner.check_password(PASSWORD)) == (Role.OWNER, True)
    assert Company.objects.get().word_forms["ru"]["clients_gen"] == "Гостей"
    assert [branch.name for branch in Branch.objects.all()] == ["Центр", "Вокзал"]


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"password": "qwerty123456"}, {"email": "vera"}, {"time_zone": "Mars/Olympus"}, {"word": "12"}])
def test_wrong_answers_set_up_nothing(monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str]) -> None:
    with pytest.raises(CommandError):
        run(monkeypatch, **wrong)
    assert not Company.objects.exists()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_second_company_is_refused(monkeypatch: pytest.MonkeyPatch, company: Company) -> None:
    with pytest.raises(CommandError, match="already"):
        run(monkeypatch)
    assert Company.objects.get() == company
