"""Rules of the firm: who may change what, and what must never happen."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client as Browser

from company import services
from company.enums import Role
from company.models import Branch, Company, Employee, User
from company.services import RefusedError
from tests.conftest import signed_in


def another_owner() -> User:
    return User.objects.create_user("second@example.org", "a long test password", name="Second", role=Role.OWNER)


def test_only_an_owner_changes_the_firm(manager: User) -> None:
    with pytest.raises(PermissionDenied):
        services.add_branch(name="Sadovaya", actor=manager)
    assert Branch.objects.count() == 0


def test_branches_keep_the_order_they_were_added_in(owner: User) -> None:
    for name in ("B", "A"):
        services.add_branch(name=name, actor=owner)
    assert list(Branch.objects.values_list("name", "position")) == [("B", 0), ("A", 1)]


def test_branch_moves_one_place_and_stops_at_the_end(owner: User) -> None:
    first, second = (services.add_branch(name=name, actor=owner) for name in "AB")
    services.move_branch(branch=second, step=-1, actor=owner)
    services.move_branch(branch=second, step=-1, actor=owner)
    assert list(Branch.objects.all()) == [second, first]


def test_unused_branch_is_deleted(owner: User) -> None:
    services.delete_branch(branch=services.add_branch(name="A", actor=owner), actor=owner)
    assert Branch.objects.count() == 0


def test_branch_with_people_stays(owner: User) -> None:
    branch = services.add_branch(name="A", actor=owner)
    Employee.objects.create(name="Руслан", branch=branch)
    with pytest.raises(RefusedError):
        services.delete_branch(branch=branch, actor=owner)
    assert Branch.objects.count() == 1


def test_word_is_kept_with_all_its_forms(owner: User, company: Company) -> None:
    services.choose_word(word="гость", actor=owner)
    company.refresh_from_db()
    assert company.word_forms["ru"]["clients_gen"] == "Гостей"
    assert company.word_forms["en"] == {"client": "Guest", "clients": "Guests"}


def test_saving_the_profile_leaves_the_word_alone(owner: User, company: Company) -> None:
    services.choose_word(word="гость", actor=owner)
    company.name = "Лён"
    services.save_company(company=company, actor=owner)
    company.refresh_from_db()
    assert (company.name, company.word_forms["ru"]["client"]) == ("Лён", "Гость")


def test_an_account_closed_meanwhile_stays_closed(owner: User, staff: User) -> None:
    opened = User.objects.get(pk=staff.pk)
    services.close_account(user=staff, actor=owner)
    opened.name = "Другое имя"
    services.change_user(user=opened, actor=owner)
    staff.refresh_from_db()
    assert (staff.name, staff.is_active) == ("Другое имя", False)


def test_corrected_forms_get_a_capital_letter(owner: User, company: Company) -> None:
    services.save_word_forms(forms={"ru": {"client": " гость "}}, actor=owner)
    company.refresh_from_db()
    assert company.word_forms == {"ru": {"client": "Гость"}}


def test_invited_person_cannot_sign_in_before_setting_a_password(owner: User) -> None:
    user = services.invite_user(user=User(name="New", email=" New@Example.org ", role=Role.STAFF), actor=owner)
    assert (user.email, user.has_usable_password()) == ("new@example.org", False)


def test_the_last_owner_stays(owner: User) -> None:
    second = another_owner()
    services.close_account(user=owner, actor=second)
    second.refresh_from_db()
    with pytest.raises(RefusedError):
        services.close_account(user=second, actor=second)
    assert User.objects.get(pk=second.pk).is_active


def test_the_only_owner_is_not_demoted_even_by_a_closed_colleague(owner: User) -> None:
    second = another_owner()
    User.objects.filter(pk=second.pk).update(is_active=False)
    owner.role = Role.STAFF
    with pytest.raises(RefusedError):
        services.change_user(user=owner, actor=second)
    assert User.objects.get(pk=owner.pk).role == Role.OWNER


def test_nobody_changes_their_own_role(owner: User) -> None:
    another_owner()
    changed = User.objects.get(pk=owner.pk)
    changed.role = Role.MANAGER
    with pytest.raises(RefusedError):
        services.change_user(user=changed, actor=owner)
    assert User.objects.get(pk=owner.pk).role == Role.OWNER


def test_own_name_and_position_may_be_changed_with_the_role_kept(owner: User) -> None:
    owner.position = "Директор"
    services.change_user(user=owner, actor=owner)
    assert User.objects.get(pk=owner.pk).position == "Директор"


def test_session_dies_when_the_role_changes(owner: User, staff: User, as_staff: Browser) -> None:
    assert as_staff.get("/company/profile/").status_code == 200
    staff.role = Role.MANAGER
    services.change_user(user=staff, actor=owner)
    assert as_staff.get("/company/profile/").status_code == 302


def test_session_dies_when_access_is_closed_and_stays_dead_when_it_opens(owner: User, staff: User, as_staff: Browser) -> None:
    services.close_account(user=staff, actor=owner)
    assert as_staff.get("/company/profile/").status_code == 302
    services.open_account(user=staff, actor=owner)
    assert as_staff.get("/company/profile/").status_code == 302
    assert signed_in(User.objects.get(pk=staff.pk)).get("/company/profile/").status_code == 200


def test_closing_twice_ends_sessions_once(owner: User, staff: User) -> None:
    services.close_account(user=staff, actor=owner)
    services.close_account(user=staff, actor=owner)
    assert User.objects.get(pk=staff.pk).session_epoch == 1
