"""`schemas/policies/reviewed-codes.yml`: codes that fail their check and that a person confirmed.

A few unified social credit codes were issued with a wrong check character. Each is taken only
under the name of somebody who has seen the certificate, with a reason and a day.
"""

from datetime import date
from pathlib import Path

from pydantic import Field, field_validator

from gongshi.declarations.base import Spec, load, wrong
from gongshi.formats import uscc

FILE = "reviewed-codes.yml"


class ReviewedCode(Spec):
    """One code that is taken although its check character is wrong."""

    code: str
    reviewer: str = Field(min_length=2)
    reason: str = Field(min_length=4)
    reviewed_on: date

    @field_validator("code")
    @classmethod
    def _needs_review(cls, code: str) -> str:
        """Refuse what is no code at all, and what nobody needs to confirm."""
        if uscc.is_valid(code):
            raise wrong("", "校验码正确,无需复核,请删去", "its check is right: no review is needed")
        if code == uscc.PLACEHOLDER or uscc.is_damaged(code) or not uscc.has_form(code):
            raise wrong(
                "",
                "不是 18 位统一社会信用代码的写法,不能靠复核放行",
                "not of the form of a code; no review can make it one",
            )
        return code


class ReviewedCodes(Spec):
    """`reviewed-codes.yml`: every code that a reviewer has confirmed."""

    codes: tuple[ReviewedCode, ...] = ()


def load_reviewed_codes(folder: Path) -> frozenset[str]:
    """Return the confirmed codes of a site; none where it has no such file.

    Raises:
        SpecError: the file breaks its contract.
    """
    file = folder / FILE
    if not file.exists():
        return frozenset()
    return frozenset(each.code for each in load(ReviewedCodes, file).codes)
