"""What is printed with the price of a Client: the words and figures of each sign, in the language of the sign."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from common import prints
from common.money import NBSP, SIGNS, format_cents
from common.templatetags.mayak import decimal
from common.typography import month_words, no_break
from company.formulas.brand import brand_of
from company.models import Branch, Company, Employee
from company.queries import employees_to_ask, the_company
from metrics.enums import SignKind
from metrics.forms import PrintForm
from metrics.models import OfficeScreen
from metrics.queries import SignNumber, best_number
from surveys.queries import latest_result

LOGO = "logo.png"
TEMPLATES = {SignKind.WALL: "sign_wall", SignKind.CARD: "sign_card", SignKind.BADGE: "sign_badges", SignKind.BACK_ROOM: "sign_back_room"}
# A preview is about 900 pixels high, whatever the size of the paper.
PREVIEW_PPI = {"a4": 77.0, "a3": 55.0, "one": 250.0, "sheet": 77.0}
LONG_FROM = 10**7
MANY_LOST = 10
BADGES_ON_A_SHEET = 9
# How many characters a number on a screen has: the style sheet has a size for each.
SHORTEST, LONGEST = 4, 14


@dataclass(frozen=True)
class Order:
    """A print to make: what, of which number, how it looks."""

    kind: SignKind
    number: SignNumber
    language: str
    look: str = "night"
    size: str = "a4"
    cards: str = "sheet"
    bleed: bool = False
    with_words: bool = False
    employee: Employee | None = None
    phone: str = ""
    branch: Branch | None = None

    @property
    def paper(self) -> str:
        """The size that matters for this kind."""
        return {SignKind.WALL: self.size, SignKind.CARD: self.cards}.get(self.kind, "a4")

    @property
    def has_bleed(self) -> bool:
        """Only what a print shop cuts has a bleed: an office printer leaves white margins, sheets are cut by hand."""
        return self.bleed and (self.look == "night" if self.kind == SignKind.WALL else self.kind == SignKind.CARD and self.cards == "one")


def order_of(form: PrintForm, number: SignNumber) -> Order:
    """Read a valid form."""
    names = ("language", "look", "size", "cards", "bleed", "with_words", "employee", "phone", "branch")
    return Order(form.chosen, number, **{name: form.cleaned_data[name] for name in names})


def sign_pdf(order: Order, today: dt.date) -> bytes:
    """Print it."""
    company = the_company()
    return prints.pdf(TEMPLATES[order.kind], sign_data(order, company, today), pictures(company))


def sign_preview(order: Order, today: dt.date) -> bytes:
    """Show its first page as a picture."""
    company = the_company()
    data = sign_data(order, company, today)
    return prints.png(TEMPLATES[order.kind], data, pictures(company), ppi=PREVIEW_PPI[order.paper])


def pictures(company: Company) -> dict[str, bytes]:
    """Return the logo as a file to print; nothing where there is none or its file is lost."""
    if not company.logo:
        return {}
    try:
        with company.logo.open("rb") as stored:
            return {LOGO: stored.read()}
    except FileNotFoundError:
        return {}


def sign_data(order: Order, company: Company, today: dt.date) -> dict[str, Any]:
    """Return the words of a print in its own language."""
    with translation.override(order.language):
        common = {
            "locale": order.language,
            "color": brand_of(company.brand_color).base,
            "mark": company.name[:1].upper(),
            "logo": LOGO if pictures(company) else "",
            "company": company.name,
            "number": short_money(order.number.rounded_cents, company.currency),
            "day": month_words(today),
        }
        return {**common, **WORDS[order.kind](order, company, today)}


def short_money(cents: int, currency: str) -> str:
    """Write the number to be read from afar: over seven digits it is shortened to millions.

    Three significant digits stay: 48 600 ₽, 4 860 000 ₽, 48,6 млн ₽, 4,86 млрд ₽.
    """
    whole, sign = cents // 100, SIGNS.get(currency, currency)
    if whole < LONG_FROM:
        return format_cents(cents, currency)
    size, word = (10**9, pgettext("money", "billion")) if whole >= 10**9 else (10**6, pgettext("money", "million"))
    return NBSP.join([decimal(Fraction(whole, size), 2), word, sign])


def rounded(number: Fraction, digits: int = 1) -> tuple[str, int]:
    """Write a number shortly, with the number its noun agrees with: after a fraction Russian counts as after two."""
    text, cut = decimal(number, digits), round(number, digits)
    return text, int(cut) if cut == int(cut) else 2


def frequency_words(number: Fraction) -> str:
    """Say how often a Client buys: `4,2 покупки в год`, `покупка раз в 3 года`."""
    if round(number, 1) >= 1:
        text, count = rounded(number)
        return no_break(ngettext("%(n)s purchase a year", "%(n)s purchases a year", count) % {"n": text})  # type: ignore[no-any-return]
    text, count = rounded(1 / number)
    return no_break(ngettext("a purchase every %(n)s year", "a purchase every %(n)s years", count) % {"n": text})  # type: ignore[no-any-return]


def years_words(years: Fraction) -> str:
    """Say how long: `5 лет`, `3,4 года`."""
    text, count = rounded(years)
    return ngettext("%(n)s year", "%(n)s years", count) % {"n": text.replace(" ", NBSP)}


def facts_of(number: SignNumber, currency: str) -> list[str]:
    """Return the three numbers in two lines: how often; at how much and for how long."""
    check = format_cents(number.check_cents, currency)
    return [frequency_words(number.purchases_per_year), _("at %(check)s, %(years)s") % {"check": check, "years": years_words(number.years)}]


def every() -> str:
    """Say `Каждый Клиент` with the company's own word."""
    return _("Every Client")


def wall_words(order: Order, company: Company, _today: dt.date) -> dict[str, Any]:
    """Return the words of the sign on the wall."""
    return {
        "heading": _("%(every)s is") % {"every": every()},
        "facts": facts_of(order.number, company.currency),
        "look": order.look,
        "size": order.size,
        "bleed": order.has_bleed,
    }


def card_words(order: Order, company: Company, _today: dt.date) -> dict[str, Any]:
    """Return the words of a business card: the number alone means nothing to a stranger, and who works here knows."""
    person, number = order.employee, short_money(order.number.rounded_cents, company.currency)
    words = [
        no_break(_("%(every)s is worth %(number)s and our good name to us.") % {"every": every(), "number": number}),
        no_break(_("If anything is wrong, call me.")),
    ]
    return {
        "title": _("Business card"),
        "size": order.cards,
        "bleed": order.has_bleed,
        "name": person.name if person else "",
        "position": person.position if person else "",
        "email": person.email if person else "",
        "phone": order.phone,
        "lines": words if order.with_words else [],
    }


def badge_words(order: Order, _company: Company, today: dt.date) -> dict[str, Any]:
    """Return the words on the back of a badge, and whose badges they are."""
    people = employees_to_ask([order.branch] if order.branch else [], today)
    return {
        "title": _("Backs of badges"),
        "words": [every(), _("before me is")],
        "promise": [_("I'll see to it"), _("that they come back")],
        "hint": _("Print at 100 %, cut by the marks. The name stands outside of the cut."),
        "names": list(people.order_by("name").values_list("name", flat=True)) or [""] * BADGES_ON_A_SHEET,
    }


def back_room_words(order: Order, company: Company, today: dt.date) -> dict[str, Any]:
    """Return the words of the sheet for those who work here."""
    number, currency = order.number, company.currency
    often, purchases = rounded(number.purchases_per_year, 2)
    long, years = rounded(number.years, 2)
    steps = [
        [often, ngettext("purchase a year", "purchases a year", purchases)],
        [format_cents(number.check_cents, currency), _("average check")],
        [long, ngettext("year with us", "years with us", years)],
    ]
    money = short_money(number.rounded_cents, currency)
    return {
        "title": _("What one Client brings us"),
        "lead": _("Not one purchase, but all of them: for all the years a Client stays with us."),
        "steps": steps,
        "number_words": _("money from one Client in all the time with us"),
        "loses": {"heading": _("What losing one Client costs"), "lines": losing_lines(number, company, money)},
        "does": {"heading": _("What depends on each of us"), "lines": doing_lines()},
        "source": source_words(number, company, today),
    }


def losing_lines(number: SignNumber, company: Company, money: str) -> list[str]:
    """Say in plain words what goes with a Client."""
    check = format_cents(number.check_cents, company.currency)
    many = short_money(number.rounded_cents * MANY_LOST, company.currency)
    lines = [
        _("It is not %(check)s of one purchase that leaves, but %(money)s.") % {"check": check, "money": money},
        _("Ten who left take %(many)s along.") % {"many": many},
        _("Whoever leaves displeased tells others about it, and that is money too. It is not counted here."),
    ]
    return [no_break(line) for line in lines]


def doing_lines() -> list[str]:
    """Say what everybody can do today."""
    lines = [
        _("Before you say no to a Client, remember the number."),
        _("Something went wrong? Say so at once and put it right: it costs less than a new Client."),
    ]
    return [no_break(line) for line in lines]


def source_words(number: SignNumber, company: Company, today: dt.date) -> str:
    """Say where the number comes from."""
    exact = format_cents(number.cents, company.currency, exact=True)
    whose = _("Segment: %(name)s. ") % {"name": number.segment.name} if number.segment else ""
    if number.clients is not None:
        text = _("Measured by the purchases of %(n)s Clients as of %(day)s; exactly %(exact)s, rounded to be remembered.")
    else:
        text = _("By our own estimate of %(day)s; exactly %(exact)s, rounded to be remembered.")
    day = date_format(today if number.clients is not None else number.saved_on or today, "j E Y")
    clients = f"{number.clients or 0:,}".replace(",", NBSP)
    return whose + text % {"n": clients, "day": day, "exact": exact}


WORDS: dict[SignKind, Callable[[Order, Company, dt.date], dict[str, Any]]] = {
    SignKind.WALL: wall_words,
    SignKind.CARD: card_words,
    SignKind.BADGE: badge_words,
    SignKind.BACK_ROOM: back_room_words,
}


def screen_words(screen: OfficeScreen, company: Company, now: dt.datetime) -> dict[str, Any]:
    """Return what a television shows in the language in use: nothing about any single person."""
    today = timezone.localdate(now)
    number = best_number(today=today)
    happiness = latest_result(today) if screen.shows_happiness else None
    shown: dict[str, Any] = {
        "today": today,
        "number": number,
        "happiness": happiness,
        "heading": _("%(every)s is") % {"every": every()},
    }
    if number:
        money = short_money(number.rounded_cents, company.currency)
        shown |= {"money": money, "wide": min(max(len(money), SHORTEST), LONGEST), "facts": facts_of(number, company.currency)}
    return shown
