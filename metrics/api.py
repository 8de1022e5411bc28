"""Figures of months as other systems send them: the same lines as in a table, all or nothing."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from rest_framework.decorators import api_view, permission_classes, throttle_classes
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from company.access import has_scope, public
from company.enums import ApiScope
from company.models import ApiToken
from company.queries import company_day, company_zone
from metrics.chain_lines import ChainColumn, Clock, LineError, Reader
from metrics.enums import FigureSource
from metrics.formulas.chain import MonthLine
from metrics.services.chain import FiguresClashError, Sender, known_channels, load_months
from surveys import services as surveys

MOST_ROWS = 500
MOST_ERRORS = 50
MOST_DIGITS, KOPECK = 20, Decimal("0.01")
FIELDS = set(ChainColumn.values)


class TokenThrottle(surveys.TokenThrottle):
    """Counts requests of this kind apart from those of other kinds."""

    what = "channels limit"


@public
@require_POST
@api_view(["POST"])
@permission_classes([has_scope(ApiScope.CHANNELS_WRITE)])
@throttle_classes([TokenThrottle])
def channel_months(request: Request) -> Response:
    """Write figures of months over what is kept: what is sent twice changes nothing the second time."""
    lines = lines_of(request.data)
    sender = Sender(FigureSource.API, token=cast("ApiToken", request.auth))
    try:
        done = load_months(lines=lines, sender=sender)
    except FiguresClashError as error:
        raise ValidationError({f"rows.{error.number}.new_clients": [_("There would be more new Clients than calls.")]}) from None
    return Response({"new": done.new, "changed": done.changed, "unchanged": done.unchanged})


def lines_of(body: Any) -> list[MonthLine]:
    """Read the whole body, or refuse it with every mistake."""
    if not isinstance(body, dict):
        raise ValidationError({"non_field_errors": [_("Send one JSON object.")]})
    if unknown := sorted(body.keys() - {"rows", "new_channels"}):
        raise ValidationError({name: [_("There is no such field: check the spelling.")] for name in unknown})
    rows, is_open = body.get("rows"), body.get("new_channels", False)
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_ROWS:
        raise ValidationError({"rows": [_("Send a list of 1 to %(count)s rows.") % {"count": MOST_ROWS}]})
    if not isinstance(is_open, bool):
        raise ValidationError({"new_channels": [_("Send true or false.")]})
    reader, channels = Reader(Clock(company_zone(), company_day(timezone.now()))), None if is_open else known_channels()
    lines, errors = list[MonthLine](), dict[str, list[str]]()
    for number, row in enumerate(rows):
        try:
            lines.append(reader.read(number, cells_of(row)))
            refuse_unknown(lines[-1], channels)
        except LineError as error:
            errors[f"rows.{number}.{error.column}"] = [str(error)]
        except ValueError as error:
            errors[f"rows.{number}"] = [str(error)]
    if errors:
        raise ValidationError(dict(list(errors.items())[:MOST_ERRORS]))
    return lines


def refuse_unknown(line: MonthLine, channels: Mapping[str, int] | None) -> None:
    """Refuse a channel nobody knows unless the system may name new ones."""
    if channels is not None and line.channel.casefold() not in channels:
        words = _("There is no channel “%(name)s”. Mend the name, or send new_channels: true to add it.") % {"name": line.channel}
        raise LineError(ChainColumn.CHANNEL, words)


def cells_of(row: Any) -> dict[ChainColumn, str]:
    """Write the values of a row as the cells of a table."""
    if not isinstance(row, dict):
        raise ValueError(_("Send one JSON object."))  # noqa: TRY004 - it is the sender's mistake
    return dict(texts_of(row))


def texts_of(row: Mapping[str, Any]) -> Iterator[tuple[ChainColumn, str]]:
    """Yield the columns with their texts; null is not known."""
    for name, value in row.items():
        if name not in FIELDS:
            raise ValueError(_("There is no field “%(name)s”: check the spelling.") % {"name": name[:60]})
        column = ChainColumn(name)
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal | None):
            raise LineError(column, _("Send a text or a number here."))
        yield column, "" if value is None else number_text(column, value) if isinstance(value, Decimal) else str(value)


def number_text(column: ChainColumn, value: Decimal) -> str:
    """Write a number without an exponent, nothing rounded away; one whose exponent would fill the memory is refused."""
    if abs(value.adjusted()) > MOST_DIGITS or value != value.quantize(KOPECK):
        raise LineError(column, _("At most two digits after the point."))
    return f"{value:.2f}".removesuffix(".00")
