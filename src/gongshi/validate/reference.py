"""The reference pages, rendered from the rule table and the schemas, so that they cannot drift."""

from collections.abc import Iterable, Iterator

from gongshi.models import Severity
from gongshi.table_schema import Field, TableSchema
from gongshi.validate.rules import RULES, Rule

_SEVERITY = {
    Severity.ERROR: "错误，拒收该行 (error, the row is refused)",
    Severity.WARNING: "提醒，不拒收 (warning)",
    Severity.INFO: "说明，不拒收 (info)",
}
_REQUIREMENT = {"R": "必填", "C": "有条件必填", "O": "选填"}
_RANGE = {1: "社会公开", 2: "政务共享", 3: "授权查询"}
_EVERY_FIELD = "*"


def render(schemas: Iterable[TableSchema] = ()) -> str:
    """Return the page about all rules as Markdown; `schemas` let it name the fields by title."""
    titles = _titles(schemas)
    parts = ["| 规则 | 级别 | 要求 |", "| --- | --- | --- |"]
    parts += [
        f"| [{rule.id}](#{rule.id.lower()}) | {rule.severity} | {rule.title} |" for rule in _all()
    ]
    for rule in _all():
        parts += ["", *_rule_lines(rule, titles)]
    return "\n".join(parts) + "\n"


def render_dictionary(schema: TableSchema) -> str:
    """Return the data dictionary of one schema as a Markdown table, a line a field."""
    header = ("数据项", "名称", "类型与约束", "填报", "公开范围", "说明", "来源")
    lines = [_table_line(header), _table_line(["---"] * len(header))]
    lines += [_table_line(_field_cells(each)) for each in schema.fields]
    return "\n".join(lines) + "\n"


def _all() -> Iterable[Rule]:
    """Return the rules in the order of the table."""
    return RULES.values()


def _titles(schemas: Iterable[TableSchema]) -> dict[str, str]:
    """Return role → the titles that the field has in the schemas."""
    found: dict[str, list[str]] = {}
    for schema in schemas:
        for each in schema.fields:
            titles = found.setdefault(each.role, [])
            if each.title not in titles:
                titles.append(each.title)
    return {role: " / ".join(titles) for role, titles in found.items()}


def _rule_lines(rule: Rule, titles: dict[str, str]) -> Iterator[str]:
    """Yield the section of one rule."""
    roles = "、".join(titles.get(role, f"`{role}`") for role in rule.roles)
    yield f"### {rule.id}"
    yield ""
    yield f"**{rule.title}** {rule.title_en}"
    yield ""
    yield f"- 级别：{_SEVERITY[rule.severity]}"
    yield f"- 数据项：{'所有数据项' if rule.roles == (_EVERY_FIELD,) else roles}"
    yield f"- 原因：{rule.why}"
    yield f"- 怎么办：{rule.todo}"
    yield f"- 适用：{'、'.join(f'`{name}`' for name in rule.schemas)}"
    yield f"- 来源：{rule.source}"


def _field_cells(field: Field) -> tuple[str, ...]:
    """Return the cells of one field, in the order of the header."""
    return (
        f"`{field.name}`",
        f"{field.title}<br>{field.title_en}",
        "<br>".join((field.type, *_constraints(field))),
        _REQUIREMENT[field.requirement],
        _RANGE[field.publication_range],
        f"{field.description}<br>{field.description_en}",
        field.source,
    )


def _constraints(field: Field) -> Iterator[str]:
    """Yield the constraints of a field in Chinese."""
    words = {
        "minLength": "至少 {} 字",
        "maxLength": "至多 {} 字",
        "pattern": "写法 `{}`",
        "minimum": "不小于 {}",
        "maximum": "不大于 {}",
    }
    for name, value in field.constraints.items():
        if name in words:
            yield words[name].format(value)
        elif name == "enum":
            yield "、".join(map(str, value))


def _table_line(cells: Iterable[str]) -> str:
    """Return one line of a Markdown table; a bar inside a cell is escaped."""
    return "| " + " | ".join(cell.replace("|", r"\|").replace("\n", " ") for cell in cells) + " |"
