"""Reasons tied to touchpoints and to actions."""

import pytest
from django.test import Client as Browser

from churn.models import Reason
from company.models import User
from tests.churn.world import TODAY, make_reason
from touchpoints.models import Action, Touchpoint

pytestmark = pytest.mark.django_db


def test_a_reason_is_tied_to_a_touchpoint_and_actions(as_manager: Browser, manager: User) -> None:
    reason, desk = make_reason(), Touchpoint.objects.create(name="Касса", kind="service")
    action = Action.objects.create(title="Второй кассир", owner=manager, due_on=TODAY)
    address = f"/leavers/reasons/tree/{reason.pk}/link/"
    assert as_manager.post(address, {"touchpoint": desk.pk, "actions": [action.pk]}).status_code == 302
    kept = Reason.objects.get(pk=reason.pk)
    assert (kept.touchpoint, list(kept.actions.all())) == (desk, [action])
    assert "Касса" in as_manager.get("/leavers/reasons/tree/").content.decode()
    assert as_manager.post(address, {}).status_code == 302
    kept = Reason.objects.get(pk=reason.pk)
    assert (kept.touchpoint, list(kept.actions.all())) == (None, [])


def test_a_touchpoint_that_is_not_there_is_refused(as_manager: Browser) -> None:
    reason = make_reason()
    assert as_manager.post(f"/leavers/reasons/tree/{reason.pk}/link/", {"touchpoint": "x"}).status_code == 422
    assert Reason.objects.get(pk=reason.pk).touchpoint is None


def test_an_action_that_is_over_stays_if_it_was_tied(as_manager: Browser, manager: User) -> None:
    reason = make_reason()
    over = Action.objects.create(title="Второй кассир", owner=manager, due_on=TODAY, state="dropped", drop_reason="Не нужно")
    address = f"/leavers/reasons/tree/{reason.pk}/link/"
    assert as_manager.post(address, {"actions": [over.pk]}).status_code == 422
    reason.actions.add(over)
    assert as_manager.post(address, {"actions": [over.pk]}).status_code == 302
    assert list(reason.actions.all()) == [over]
