"""Every field is classified by what it holds about people."""

from django.db import models

from company.models import Employee
from programme.privacy_map import LETTERS, Entry, entries, fields_of, own_models
from surveys.models import StaffBallot, StaffComment, StaffSeat, StaffTicket

WORDS = (models.TextField, models.CharField, models.JSONField)
ANONYMOUS = {model._meta.label for model in (StaffBallot, StaffComment, StaffSeat, StaffTicket)}


def unclassified(model: type[models.Model], entry: Entry | None) -> list[str]:
    """Return the fields nobody classified, and those classified that are gone."""
    known = entry.fields if entry else set()
    return sorted(f"{model._meta.label}.{name}" for name in fields_of(model) ^ known)


def test_every_field_of_every_table_is_classified() -> None:
    by_label = {entry.label: entry for entry in entries()}
    assert [line for model in own_models() for line in unclassified(model, by_label.get(model._meta.label))] == []
    assert set(by_label) == {model._meta.label for model in own_models()}


def test_a_new_field_is_noticed() -> None:
    entry = Entry("company.Employee", other=tuple(fields_of(Employee) - {"email"}))
    assert unclassified(Employee, entry) == ["company.Employee.email"]


def test_a_field_has_one_class_but_letters_that_may_speak_of_others_too() -> None:
    twice = []
    for entry in entries():
        kinds = (entry.blank, entry.mark, entry.loose, entry.other, entry.anonymous, entry.kept, entry.blind, entry.plain)
        names = [name for kind in kinds for name in kind]
        twice += [f"{entry.label}.{name}" for name in set(names) if names.count(name) > 1]
    assert twice == ["mailing.Message.context"]


def test_whose_rows_are_erased_can_be_found() -> None:
    for entry in entries():
        assert bool(entry.client) or not entry.erased, entry.label
        for path in entry.client:
            if LETTERS not in path:
                entry.model._default_manager.filter(**{path: 1})


def test_what_is_searched_is_words() -> None:
    fields = {f"{entry.label}.{name}": entry.model._meta.get_field(name) for entry in entries() for name in entry.loose}
    assert [name for name, field in fields.items() if not isinstance(field, WORDS)] == []


def test_staff_surveys_hold_nobody() -> None:
    assert {entry.label for entry in entries() if entry.anonymous} == ANONYMOUS
    assert [entry.label for entry in entries() if entry.anonymous and entry.fields != set(entry.anonymous)] == []
