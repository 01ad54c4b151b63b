"""The reference page of the declarations: every key of every pydantic model that reads YAML.

A key's meaning is taken from `Field(description=…)`, from the string under the attribute, from a
paragraph of the class docstring that begins with the key, or else from `docs/keys.yml`. A key that
nothing describes is an error, and so is a description of a key that does not exist.
"""

import ast
import builtins
import importlib
import inspect
import itertools
import json
import pkgutil
import re
import types
import typing
from collections import abc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_origin

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

import gongshi.declarations
from gongshi.declarations.base import Spec


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; a `|` or line break inside a cell is made harmless."""
    lines = [f"| {' | '.join(header)} |", "|" + "---|" * len(header)]
    for row in rows:
        cells = (" ".join(cell.replace("|", "\\|").split()) for cell in row)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def page(notes_file: Path) -> str:
    """Return the page of every key of every declaration model."""
    notes: dict[str, dict[str, str]] = yaml.safe_load(notes_file.read_text(encoding="utf-8"))
    text = (
        "# 声明文件的键 / Keys of the declarations\n\n"
        "Every YAML file under `ingest/` and `schemas/` is read as one of these models. A misspelt "
        "key is an error that names file and key. 写错键名会报错,并指出文件和键名。\n"
    )
    known: set[str] = set()
    for model in models():
        known |= {f"{model.__name__}.{key}" for key in _keys(model)}
        text += f"\n## {model.__name__}\n\n{_first_paragraph(model)}\n\n"
        text += table(("key", "type", "default", "meaning"), _key_rows(model, notes))
    stated = {f"{name}.{key}" for name, keys in notes.items() for key in keys}
    if lost := sorted(stated - known):
        raise SystemExit(f"docs/keys.yml describes keys that do not exist: {', '.join(lost)}")
    return text


ELSEWHERE = ("gongshi.calendar",)
"""Modules beside `gongshi.declarations` that read YAML into a model of their own."""


def models() -> Iterator[type[Spec]]:
    """Yield every declaration model, by module and in the order of the source."""
    package = gongshi.declarations
    inside = sorted(
        f"{package.__name__}.{one.name}" for one in pkgutil.iter_modules(package.__path__)
    )
    for name in (*inside, *ELSEWHERE):
        module = importlib.import_module(name)
        own = [
            one
            for one in vars(module).values()
            if inspect.isclass(one) and issubclass(one, Spec) and one.__module__ == module.__name__
        ]
        yield from (one for one in own if one is not Spec)


def _keys(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return the keys as they are written in YAML."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _key_rows(model: type[BaseModel], notes: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    said: dict[str, str] = {}
    for one in reversed([base for base in model.__mro__ if issubclass(base, BaseModel)]):
        said |= notes.get(one.__name__, {})
        if issubclass(one, Spec):
            said |= _attribute_docstrings(one) | _docstring_keys(one)
    for key, field in _keys(model).items():
        meaning = field.description or said.get(key)
        if not meaning:
            raise SystemExit(f"{model.__name__}.{key} has no description: say it in the model")
        yield f"`{key}`", _type_name(field.annotation), _default(field), meaning


def _type_name(annotation: Any) -> str:  # noqa: ANN401  whatever stands after a colon
    """Return a type in the words of a person who writes YAML."""
    parts = [_type_name(part) for part in get_args(annotation) if part is not Ellipsis]
    match get_origin(annotation):
        case typing.Annotated:
            return parts[0]
        case typing.Literal:
            return " or ".join(f"`{value}`" for value in get_args(annotation))
        case typing.Union | types.UnionType:
            return " or ".join(parts)
        case abc.Mapping | builtins.dict:
            return f"map of {parts[0]} to {parts[1]}"
        case builtins.tuple | builtins.frozenset | builtins.list:
            return f"[{', '.join(parts)}]" if len(parts) > 1 else f"list of {parts[0]}"
        case _:
            return _WORDS.get(annotation) or _model_or_name(annotation)


_WORDS = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    date: "day",
    type(None): "nothing",
}


def _model_or_name(annotation: Any) -> str:  # noqa: ANN401
    if inspect.isclass(annotation) and issubclass(annotation, StrEnum):
        return " or ".join(f"`{value}`" for value in annotation)
    name = getattr(annotation, "__name__", str(annotation))
    is_model = inspect.isclass(annotation) and issubclass(annotation, BaseModel)
    return f"[{name}](#{name.lower()})" if is_model else f"`{name}`"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined or isinstance(value, BaseModel):
        return "its own defaults"
    plain = sorted(value) if isinstance(value, frozenset) else value
    return f"`{json.dumps(plain, ensure_ascii=False, default=str)}`"


def _first_paragraph(model: type[BaseModel]) -> str:
    return inspect.cleandoc(model.__doc__ or "").split("\n\n", maxsplit=1)[0]


def _docstring_keys(model: type[BaseModel]) -> dict[str, str]:
    """Return what the class docstring says in paragraphs that begin with a key and a colon."""
    text = inspect.cleandoc(model.__doc__ or "")
    found = re.findall(
        r"^`(\w+)`: (.+?)(?=\n`\w+`: |\n\n|\Z)", text, flags=re.MULTILINE | re.DOTALL
    )
    return {key: _sentence(words) for key, words in found}


def _attribute_docstrings(model: type[BaseModel]) -> dict[str, str]:
    """Return the string that stands under each attribute of the class, where one does."""
    tree = ast.parse(inspect.getsource(model))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    found = {}
    for field, after in itertools.pairwise(body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            alias = model.model_fields[field.target.id].alias or field.target.id
            found[alias] = _sentence(str(after.value.value))
    return found


def _sentence(words: str) -> str:
    text = " ".join(words.split())
    return text[:1].upper() + text[1:]
