"""A table of figures of months."""

from typing import IO, Any

from django.utils import timezone

from common.speech import said_when_shown
from common.tables.forms import TableForm, table_field
from company.queries import company_day, company_zone
from metrics.chain_lines import MOST_CHARS, ChainPlan, Clock, plan_of, text_of

EXAMPLE = (
    "Месяц\tКанал\tМенеджер\tПотрачено\tЗвонки\tНовые Клиенты\tВыручка\n"
    "2026-10\tЯндекс\t\t48 000\t96\t\t\n2026-10\tЯндекс\tАнна Белова\t\t60\t14\t"
)


class ChainImportForm(TableForm):
    """Many figures at once."""

    text = table_field(max_length=MOST_CHARS, example=said_when_shown(EXAMPLE, "ru"))
    contents: ChainPlan | None = None

    def text_of(self, file: IO[bytes], name: str) -> str:
        """Return a file of figures as a text."""
        return text_of(file, name)

    def read(self, data: dict[str, Any]) -> ChainPlan:
        """Return what the figures would change."""
        return plan_of(data["text"], Clock(company_zone(), company_day(timezone.now())))
