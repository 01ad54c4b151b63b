"""How every declaration is read: YAML in, frozen model out, an error that names file and key."""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from gongshi.errors import SpecError

CHOICE = "#"
"""First character of the tags of a union: choices of the model, no keys of the file."""

_ROOTS = ("ingest", "schemas")
"""Folders of a site from which the place of a declaration is told."""
_MEANINGS = {
    "extra_forbidden": "没有这个键",
    "missing": "缺少这个键",
    "string_type": "应为文字;全是数字的代码请加引号",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "bool_type": "应为 true 或者 false",
    "bool_parsing": "应为 true 或者 false",
    "list_type": "应为列表:每项前加“- ”,或写在方括号里",
    "tuple_type": "应为列表:每项前加“- ”,或写在方括号里",
    "frozen_set_type": "应为列表:每项前加“- ”,或写在方括号里",
    "mapping_type": "应为“键: 值”",
    "dict_type": "应为“键: 值”",
    "model_type": "应为“键: 值”",
}
"""What the types of pydantic's errors mean, for a reader of Chinese."""


class Spec(BaseModel):
    """A misspelt key is an error; a loaded file never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


SpecT = TypeVar("SpecT", bound=Spec)


def wrong(key: str, zh: str, en: str) -> PydanticCustomError:
    """Return what a validator raises about one key of its model, in both languages."""
    return PydanticCustomError("declared", "{en}", {"key": key, "zh": zh, "en": en})


def load(model: type[SpecT], file: Path) -> SpecT:
    """Return one YAML file read as `model`.

    Raises:
        SpecError: the file is missing or not YAML, or a key is unknown, missing or of the
            wrong type.
    """
    name = place_of(file)
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SpecError("文件不存在", "no such file", file=name) from None
    except UnicodeDecodeError:
        raise SpecError("不是 UTF-8 编码的文字", "it is no UTF-8 text", file=name) from None
    except yaml.YAMLError as exc:
        raise _not_yaml(exc, name) from exc
    try:
        return model.model_validate(content)
    except ValidationError as exc:
        raise _worst(exc.errors(), model, name) from exc


def place_of(file: Path) -> str:
    """Return where a declaration lies in its site, for messages.

    >>> place_of(Path("/srv/site/ingest/jia-shi/agency.yml")), place_of(Path("a/b.yml"))
    ('ingest/jia-shi/agency.yml', 'a/b.yml')
    """
    parts = file.parts
    start = max((n for n, part in enumerate(parts[:-1]) if part in _ROOTS), default=-2)
    return "/".join(parts[start:])


def _not_yaml(exc: yaml.YAMLError, name: str) -> SpecError:
    """Return where the text stops being YAML, and what is usually the matter there."""
    mark = getattr(exc, "problem_mark", None)
    zh, en = (f"第 {mark.line + 1} 行", f"line {mark.line + 1}") if mark else ("文件", "the file")
    return SpecError(
        f"{zh}不是有效的 YAML,请检查该行与上一行的缩进、冒号后的空格、引号是否成对",
        f"{en} is not valid YAML: {getattr(exc, 'problem', None) or exc}",
        file=name,
    )


def _worst(problems: Sequence[ErrorDetails], model: type[Spec], name: str) -> SpecError:
    """Return the error about the first problem: an unknown key, which explains a missing one."""
    first = min(problems, key=lambda each: each["type"] != "extra_forbidden")
    keys = [str(part) for part in first["loc"] if not str(part).startswith(CHOICE)]
    zh, en = _MEANINGS.get(first["type"], "值不符合要求"), first["msg"]
    if first["type"] == "declared":
        keys.append(first["ctx"]["key"])
        zh = first["ctx"]["zh"]
    elif first["type"] == "literal_error":
        zh = f"只能是 {first['ctx']['expected']}".replace(" or ", " 或 ")
    elif first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(keys[-1], _keys_at(model, first["loc"][:-1]), n=1)
        zh += f",是否 {near[0]}?" if near else ""
        en += f"; did you mean {near[0]}?" if near else ""
    return SpecError(zh, en, file=name, key=".".join(key for key in keys if key))


def _keys_at(model: type[BaseModel], place: Iterable[object]) -> list[str]:
    """Return the keys that a file may have at a place."""
    for part in place:
        for name, field in model.model_fields.items():
            if part in (name, field.alias):
                model = next(_models_in(field.annotation), model)
    return [field.alias or name for name, field in model.model_fields.items()]


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """Yield the models that an annotation is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
