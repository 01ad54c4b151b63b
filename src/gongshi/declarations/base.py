"""How every declaration is read: YAML in, frozen model out, an error that names file and key."""

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from gongshi.errors import SpecError


class Spec(BaseModel):
    """A misspelt key is an error; a loaded file never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


SpecT = TypeVar("SpecT", bound=Spec)


def load(model: type[SpecT], file: Path) -> SpecT:
    """Return one YAML file read as `model`.

    Raises:
        SpecError: the file is missing or not YAML, or a key is unknown, missing or of the
            wrong type.
    """
    name = f"{file.parent.name}/{file.name}"
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SpecError("文件不存在", "no such file", file=name) from None
    except (yaml.YAMLError, UnicodeDecodeError) as exc:
        raise SpecError(f"不是有效的 YAML:{exc}", f"not valid YAML: {exc}", file=name) from exc
    try:
        return model.model_validate(content)
    except ValidationError as exc:
        first = exc.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise SpecError(_chinese(first["type"]), first["msg"], file=name, key=key) from exc


def _chinese(kind: str) -> str:
    """Return what a pydantic error type means, for a reader of Chinese."""
    meanings = {"extra_forbidden": "没有这个键(可能拼错)", "missing": "缺少这个键"}
    return meanings.get(kind, "值不符合要求")
