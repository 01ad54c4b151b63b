"""A credit platform as data: one file `schemas/platforms/CODE.yml`, nothing else to register."""

import re
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from gongshi.declarations.base import Spec, load
from gongshi.errors import SpecError

_CODE = re.compile(r"[a-z][a-z0-9-]{1,30}")
_TOKEN = re.compile(r"env:[A-Z][A-Z0-9_]*")


class PlatformSpec(Spec):
    """Where changes are delivered, and which.

    `token` names the environment variable that holds the bearer token (`env:NAME`), "" for none:
    a secret never stands in a declaration. `lists` are list codes, or `all`. `timeout_s` bounds one
    attempt as a whole, from the name look-up to the last byte of the answer; `attempts` are made in
    one run. Only `private_network: true` allows plain http, and addresses that are not public.
    """

    code: str
    title: str
    url: str
    enabled: bool = False
    token: str = ""
    penalties: bool = True
    licenses: bool = True
    lists: Literal["all"] | tuple[str, ...] = "all"
    batch: int = Field(default=200, ge=1, le=1000)
    timeout_s: float = Field(default=30.0, gt=0, le=300)
    attempts: int = Field(default=4, ge=1, le=10)
    private_network: bool = False
    note: str = ""

    @field_validator("code")
    @classmethod
    def _plain(cls, code: str) -> str:
        if not _CODE.fullmatch(code):
            raise ValueError("a code is 2 to 31 small letters, digits and hyphens")
        return code

    @field_validator("token")
    @classmethod
    def _not_a_secret(cls, token: str) -> str:
        if token and not _TOKEN.fullmatch(token):
            raise ValueError("name an environment variable: env:NAME")
        return token

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        parts = urlsplit(self.url)
        allowed = ("https", "http") if self.private_network else ("https",)
        if parts.scheme not in allowed or not parts.hostname or parts.username is not None:
            raise ValueError("url must be https://host/…, without user name or password")
        return self


def load_platforms(folder: Path) -> dict[str, PlatformSpec]:
    """Return every platform of a site by code.

    Raises:
        SpecError: a file breaks its contract, or its name is not its code.
    """
    specs = {}
    for file in sorted(folder.glob("*.yml")):
        spec = load(PlatformSpec, file)
        if spec.code != file.stem:
            raise SpecError(
                "文件名与平台代码不一致",
                "the file is not named after its code",
                file=f"platforms/{file.name}",
                key="code",
            )
        specs[spec.code] = spec
    return specs
