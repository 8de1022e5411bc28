"""Single cells as people and programs write them: days, money, phones, e-mail addresses, names."""

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from common.numbers import NumberError, parse_cents
from common.tables import limits
from common.tables.refusals import CellError

FIRST_DAY = dt.date(1970, 1, 1)
POINTED = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})(?:[ ,T]+\d{1,2}:\d{2}(?::\d{2})?)?(?:\s*г\.?)?")
ISO = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
SERIAL = re.compile(r"[2-6]\d{4}(?:\.\d+)?")
EXCEL_ZERO = dt.date(1899, 12, 30)
NO_VALUE = {"", "-", "—", "–", "нет", "не указан", "не указано", "н/д", "n/a", "none", "null", "no"}
CURRENCY = re.compile(r"(?i)(₽|руб(?:лей|\.)?|р\.|rub|byn|br|kzt|usd|eur|тг\.?|[$€₸])")
MONEY = re.compile(r"[+-]?\d[\d\s\u00a0\u202f\u2009'’.,]*")
EXTENSION = re.compile(r"(?i)[,;]?\s*(?:доб|вн|ext|x)\.?\s*[:.]?\s*\d{1,6}\s*$")
SEPARATORS = re.compile(r"[,;/\n|]|\bи\b|\bили\b")
CONTROLS = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
RUSSIAN_DIGITS = 11
PLAIN_MONEY = re.compile(r"([0-9]{1,10})(?:[.,]([0-9]{2}))?")


@dataclass(frozen=True)
class Phone:
    """A number in E.164; `spare` when the cell held more than one and the first was taken."""

    number: str
    spare: bool = False


def clean(text: str) -> str:
    """Trim a cell, drop the apostrophe that keeps Excel from counting, turn control characters and runs of spaces into one space."""
    if len(text) > limits.CELL_CHARS:
        raise CellError("too_long", str(limits.CELL_CHARS))
    return " ".join(CONTROLS.sub(" ", text).split()).removeprefix("'").strip()


def is_blank(text: str) -> bool:
    """Say whether the cell holds nothing, or a word for it."""
    return text.strip().lower() in NO_VALUE


def read_text(text: str, longest: int) -> str:
    """Read a name of something."""
    found = clean(text)
    if len(found) > longest:
        raise CellError("too_long", str(longest))
    return found


def read_day(text: str, zone: ZoneInfo, today: dt.date) -> dt.date:
    """Read a day; a moment with an offset counts by the company's clock."""
    day = parse_day(clean(text), zone)
    if day < FIRST_DAY:
        raise CellError("too_early", str(FIRST_DAY.year))
    if day > today + dt.timedelta(days=1):
        raise CellError("in_future")
    return day


def parse_day(text: str, zone: ZoneInfo) -> dt.date:
    """Read DD.MM.YYYY, ISO with or without a time, YYYYMMDD and Excel's count of days."""
    if match := POINTED.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
        return make_day(year if year > 99 else 2000 + year if year < 70 else 1900 + year, month, day)
    if match := ISO.fullmatch(text) or COMPACT.fullmatch(text):
        return make_day(*(int(part) for part in match.groups()))
    if SERIAL.fullmatch(text):
        return EXCEL_ZERO + dt.timedelta(days=int(float(text)))
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise CellError("not_a_day") from None
    return moment.astimezone(zone).date() if moment.tzinfo else moment.date()


def make_day(year: int, month: int, day: int) -> dt.date:
    """Build a date that exists."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise CellError("no_such_day") from None


def read_cents(text: str) -> int:
    """Read an amount of money; the last of two different marks is the decimal one, brackets and a minus mean a return."""
    if plain := PLAIN_MONEY.fullmatch(text):
        return int(plain[1] + (plain[2] or "00"))
    found = CURRENCY.sub("", clean(text)).strip().replace("−", "-").replace("–", "-")
    if found.startswith("(") and found.endswith(")"):
        found = "-" + found[1:-1]
    if not MONEY.fullmatch(found):
        raise CellError("not_money")
    try:
        return parse_cents(decimal_form(found))
    except NumberError as error:
        raise CellError("too_large" if error.code == "too_large" or sum(map(str.isdigit, found)) > 15 else "not_money") from None


def decimal_form(text: str) -> str:
    """Drop the marks that only group thousands."""
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        text = text.replace("," if point > comma else ".", "")
    for mark in ",.":
        if text.count(mark) > 1:
            text = text.replace(mark, "")
    return text


def read_phone(text: str, region: str) -> Phone | None:
    """Read a phone number; of several the first that can be one. None when the cell says there is none."""
    whole = text.strip().replace("'", "")
    if len(text) > limits.CELL_CHARS:
        raise CellError("too_long", str(limits.CELL_CHARS))
    if is_blank(whole):
        return None
    whole = EXTENSION.sub("", whole)
    try:
        return Phone(parse_phone(whole, region))
    except CellError as error:
        parts = [part for part in SEPARATORS.split(whole) if sum(map(str.isdigit, part)) >= 5]
        found = sound_numbers(parts, region) if len(parts) > 1 else []
        if not found:
            raise error from None
    return Phone(found[0], spare=len(parts) > 1)


def sound_numbers(parts: list[str], region: str) -> list[str]:
    """Return the numbers among the parts of a cell."""
    found = []
    for part in parts:
        try:
            found.append(parse_phone(EXTENSION.sub("", part.strip()), region))
        except CellError:
            continue
    return found


def parse_phone(text: str, region: str) -> str:
    """Write one number in E.164, or say what is wrong with its length."""
    number, reason = possible(text, region)
    if reason != ValidationResult.IS_POSSIBLE and not text.lstrip().startswith("+"):
        abroad, verdict = possible("+" + text.strip(), region)
        if verdict == ValidationResult.IS_POSSIBLE and abroad and phonenumbers.is_valid_number(abroad):
            number, reason = abroad, verdict
    if number is None:
        raise CellError("not_a_phone")
    if reason == ValidationResult.IS_POSSIBLE:
        return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    raise wrong_length(number, short=reason in {ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY})


def possible(text: str, region: str) -> tuple[phonenumbers.PhoneNumber | None, int | None]:
    """Parse a number and judge its length."""
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None, None
    return number, phonenumbers.is_possible_number_with_reason(number)


def wrong_length(number: phonenumbers.PhoneNumber, *, short: bool) -> CellError:
    """Say how many digits a Russian or Kazakh number lacks or has too many; the trunk 8 of an overlong one is no digit of it."""
    digits = f"{number.country_code}{number.national_number}"
    excess = len(digits) - RUSSIAN_DIGITS - (not short and digits.startswith("78"))
    if number.country_code != 7 or excess == 0:
        return CellError("phone_short" if short else "phone_long")
    return CellError("phone_short" if excess < 0 else "phone_long", str(abs(excess)))


def read_email(text: str) -> str | None:
    """Read an e-mail address, in lower case; nothing is asked of the network. None when the cell says there is none."""
    found = clean(text).rstrip(".,;")
    if is_blank(found):
        return None
    first = re.split(r"[,;\s]+", found.removeprefix("mailto:"))[0]
    if "@" in first and "." not in first.rpartition("@")[2]:
        raise CellError("no_domain")
    try:
        return str(validate_email(first, check_deliverability=False).normalized).lower()
    except EmailNotValidError:
        raise CellError("not_an_email") from None


UTC = ZoneInfo("UTC")


def looks_like_day(text: str) -> bool:
    """Say whether the text is written as a day, existing or not."""
    found = text.strip()
    return bool(POINTED.fullmatch(found) or ISO.fullmatch(found))


def looks_like_money(text: str) -> bool:
    """Say whether the text is an amount of money."""
    try:
        read_cents(text)
    except CellError:
        return False
    return True


def looks_like_phone(text: str) -> bool:
    """Say whether the text is a phone number of ten digits or more."""
    return 10 <= sum(map(str.isdigit, text)) <= 15 and not re.search(r"[^\d\s+()\-'.\u00a0]", text)


def looks_like_email(text: str) -> bool:
    """Say whether the text is an e-mail address."""
    try:
        return read_email(text) is not None
    except CellError:
        return False
