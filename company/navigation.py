"""The menu: which pages it offers, in which order, to whom.

A page is offered to those whom its own access rule lets in, so the menu and the rules cannot disagree.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from company.access import may_open

Text = str | Promise


@dataclass(frozen=True)
class Page:
    """A page of the menu: the name of its view, its words, its lucide icon.

    `tab` is its short name in the phone's bar, `key` the letter that opens it after `g`, `also` what other subjects it leads to,
    `rooms` views of other apps that stand in its rooms; a page that `takes_rest` is where views of its app belong that no page speaks for.
    """

    view: str
    label: Text
    icon: str
    tab: Text = ""
    key: str = ""
    also: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    takes_rest: bool = False

    @property
    def namespace(self) -> str:
        """Return the app of the page."""
        return self.view.partition(":")[0]

    @property
    def subject(self) -> str:
        """Return what the view is about: `wave` for `surveys:wave_list`."""
        return self.view.partition(":")[2].partition("_")[0]


@dataclass(frozen=True)
class Item:
    """A page as one reader sees it."""

    page: Page
    url: str
    is_current: bool


@dataclass(frozen=True)
class Group:
    """Pages under one heading; the first group has none."""

    heading: Text
    items: list[Item]


OUR_WORD_AND_THEIRS = ("programme:perception_gap", "programme:point_voice")
RIGHT_CLIENTS = ("clients:right_list", "clients:right_weights", "clients:right_panel", "clients:bill_import")
PRIVACY = ("programme:privacy", "programme:privacy_erase", "programme:privacy_requests", "programme:privacy_request_add")
MENU: list[tuple[Text, list[Page]]] = [
    ("", [Page("programme:overview", _("Overview"), "layout-dashboard", _("Overview"), key="d", also=("own",))]),
    (
        _("Measure"),
        [
            Page("metrics:ltv", _("Value of a Client"), "badge-russian-ruble", key="l"),
            Page("surveys:wave_list", _("Surveys"), "gauge", _("Surveys"), key="o"),
            Page("surveys:staff_list", _("Staff survey"), "heart-handshake", key="e"),
        ],
    ),
    (
        _("Keep"),
        [
            Page("surveys:comment_list", _("Comments"), "inbox", key="r", also=("triage", "theme", "tag", "wish", "referral", "promise")),
            Page("surveys:case_list", _("Cases"), "handshake", key="k"),
            Page("churn:queue", _("Calls to leavers"), "phone-outgoing", _("Calls"), key="z", rooms=RIGHT_CLIENTS),
        ],
    ),
    (
        _("Improve"),
        [
            Page(
                "touchpoints:map",
                _("Touchpoints"),
                "map",
                _("Points"),
                key="m",
                rooms=OUR_WORD_AND_THEIRS,
            ),
            Page("touchpoints:action_list", _("Actions"), "list-checks", key="a"),
            Page("programme:path", _("Programme"), "flag", key="p", takes_rest=True),
        ],
    ),
    (
        _("Data"),
        [
            Page("clients:client_list", _("Clients"), "contact", key="c"),
            Page("company:employee_list", _("Employees"), "users"),
            Page("mailing:message_list", _("Letters"), "mail"),
            Page("company:settings", _("Company"), "building-2", rooms=(*PRIVACY, "health")),
        ],
    ),
]


def menu_of(request: HttpRequest) -> list[Group]:
    """Return the groups of the menu with the pages the reader may open."""
    current = current_page(request)
    groups = [(heading, [item for page in pages if (item := item_of(request, page, current))]) for heading, pages in MENU]
    return [Group(heading, items) for heading, items in groups if items]


def tabs_of(request: HttpRequest) -> list[Item]:
    """Return the pages of the phone's bottom bar: at most four, the fifth place opens the whole menu."""
    return [item for group in menu_of(request) for item in group.items if item.page.tab]


def item_of(request: HttpRequest, page: Page, current: Page | None) -> Item | None:
    """Return the page as the reader sees it, or None when it is not for them."""
    url = reverse(page.view)
    return Item(page, url, page is current) if may_open(request, url) else None


def current_page(request: HttpRequest) -> Page | None:
    """Return the page of the menu the reader is on, or the one that leads to where they are."""
    match = request.resolver_match
    if match is None:
        return None
    rooms = [page for page in pages() if match.view_name in page.rooms]
    same_app = sorted((page for page in pages() if page.namespace in match.namespaces), key=lambda page: not page.takes_rest)
    subject = (match.url_name or "").partition("_")[0]
    about = [page for page in same_app if subject in {page.subject, *page.also}]
    return next(iter(rooms + about + same_app), None)


def pages() -> Iterator[Page]:
    """Yield every page of the menu."""
    for _heading, group in MENU:
        yield from group
