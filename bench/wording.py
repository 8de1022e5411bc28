"""The wording check over ten megabytes of text (`--rows` tells how much), against one pass of a bare regular expression.

The text is paragraphs of ordinary sentences: some hold the word with a small letter, some with a capital one, some in code, a link or
a quotation, most hold none. The floor looks for the same forms with the same prefixes and asks nothing of what stands around them, so
the ratio is the price of leaving alone what is to be left alone. As many lines of purchases as `--rows` says are as many kilobytes
divided by a hundred: a million is ten megabytes.
"""

import re
import sys
import time
from pathlib import Path
from random import Random

from bench.report import tell
from company.formulas.words import CLIENT
from programme.formulas.wording import Lexicon, find_places, mend

SEED = 5
BYTES_OF_LINE = 10
PARAGRAPH = 12
SENTENCES = (
    "Заказ собран и ждёт на полке, ключи у старшего смены. ",
    "Сегодня до обеда принимаем товар, после обеда считаем остатки. ",
    "Позвонить поставщику и уточнить, когда придут вешалки и чехлы. ",
    "The parcel is ready and waits on the shelf by the door. ",
    "Мастер вернётся в четверг, до этого срочные заказы берёт сосед. ",
    "Каждый клиент важен, и клиенту отвечаем в тот же день. ",
    "Клиент доволен, Клиентам отправлены письма. ",
    "We answer every client within a day, and our Clients know it. ",
    "Почтовый клиент настроен, адрес https://example.org/клиент/1 работает. ",
    "Анна сказала: «Я у вас постоянный клиент», и улыбнулась. ",
    "Клиентский зал открыт с девяти, клиентоориентированность на уме. ",
)
WEIGHTS = (12, 12, 12, 8, 12, 3, 3, 2, 1, 1, 1)


def text_of(size: int) -> str:
    """Return so many bytes of text, the same for the same seed."""
    random, paragraphs, length = Random(SEED), [], 0  # noqa: S311 - the text is no secret
    while length < size:
        paragraphs.append("".join(random.choices(SENTENCES, WEIGHTS, k=PARAGRAPH)))
        length += len(paragraphs[-1].encode())
    return "\n\n".join(paragraphs)


def bare_pass(text: str, lexicon: Lexicon) -> int:
    """Count every form in the text, whatever stands around it."""
    return sum(1 for _found in re.finditer(rf"(?<!\w)(?:{'|'.join(map(re.escape, lexicon.forms))})(?!\w)", text, re.IGNORECASE))


def main() -> None:
    """Check and mend the text, then walk it barely."""
    with Path(sys.argv[1]).open("rb") as lines:
        size = BYTES_OF_LINE * sum(1 for _line in lines)
    text, lexicon = text_of(size), Lexicon(CLIENT)
    started = time.perf_counter()
    findings = find_places(text, lexicon)
    mended = mend(text, findings.hits)
    checked = time.perf_counter()
    forms = bare_pass(text, lexicon)
    walked = time.perf_counter()
    if find_places(mended, lexicon).hits or len(mended) != len(text):
        raise SystemExit("The mended text is not right.")
    tell(
        megabytes=len(text.encode()) / 1e6,
        seconds=checked - started,
        floor=walked - checked,
        found=len(findings.hits),
        right=findings.right,
        forms=forms,
    )


if __name__ == "__main__":
    main()
