"""The menu offers what the access rules allow, and knows where the reader is."""

from typing import Any

from django.test import Client as Browser
from django.test import RequestFactory
from django.urls import resolve

from company.models import User
from company.navigation import Page, current_page, menu_of, pages, tabs_of


def visit(user: User, path: str = "/") -> Any:
    request: Any = RequestFactory().get(path)
    request.user = user
    request.resolver_match = resolve(path)
    return request


def test_subject_and_app_come_from_the_name_of_the_view() -> None:
    page = Page("surveys:wave_list", "Surveys", "gauge")
    assert (page.namespace, page.subject) == ("surveys", "wave")


def test_overview_is_current_on_the_overview(staff: User) -> None:
    page = current_page(visit(staff))
    assert page is not None
    assert page.view == "programme:overview"


def test_no_page_is_current_where_no_app_answers(staff: User) -> None:
    request = visit(staff)
    request.resolver_match = None
    assert current_page(request) is None


def test_phone_bar_has_at_most_four_pages(owner: User) -> None:
    assert len(tabs_of(visit(owner))) <= 4


def test_settings_are_offered_to_the_owner_only(owner: User, staff: User) -> None:
    views = [[item.page.view for group in menu_of(visit(user)) for item in group.items] for user in (owner, staff)]
    assert ["company:settings" in names for names in views] == ["company:settings" in views[0], False]


def test_every_page_has_its_own_key() -> None:
    keys = [page.key for page in pages() if page.key]
    assert len(keys) == len(set(keys))


def test_menu_is_drawn_with_the_current_page_marked(as_staff: Browser) -> None:
    assert b'aria-current="page"' in as_staff.get("/").content
