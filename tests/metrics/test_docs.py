"""The examples of docs/formulas.md are true."""

import doctest
import re
from pathlib import Path

from django.conf import settings


def test_examples_of_formulas_are_true() -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "formulas.md").read_text()
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    example = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "formulas.md", "docs/formulas.md", 0)
    report: list[str] = []
    doctest.DocTestRunner().run(example, out=report.append)
    assert report == []
    assert len(example.examples) > 20
