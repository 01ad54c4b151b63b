"""The reference pages name every rule and every field, and are well-formed tables."""

from pathlib import Path

import pytest

from gongshi import table_schema
from gongshi.validate import reference
from gongshi.validate.rules import RULES

SCHEMAS = Path(__file__).parents[1] / "schemas"


def test_the_rules_page_has_a_section_for_every_rule() -> None:
    page = reference.render([table_schema.load(SCHEMAS, "penalty")])

    for rule in RULES.values():
        assert f"### {rule.id}\n" in page
        assert rule.why in page
        assert rule.source in page
    assert "- 数据项：处罚类别、罚款金额（万元）\n" in page


@pytest.mark.parametrize("name", ["penalty", "list-entry", "penalty-event"])
def test_the_dictionary_has_a_line_for_every_field(name: str) -> None:
    schema = table_schema.load(SCHEMAS, name)

    lines = reference.render_dictionary(schema).splitlines()

    assert len(lines) == len(schema.fields) + 2
    for line, each in zip(lines[2:], schema.fields, strict=True):
        assert line.startswith(f"| `{each.name}` | {each.title}<br>")
        assert line.replace(r"\|", "").count("|") == 8
