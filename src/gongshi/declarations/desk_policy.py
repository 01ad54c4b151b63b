"""`schemas/policies/desk.yml`: where the desk answers, what it takes, and when it forgets."""

from pathlib import Path

from pydantic import Field

from gongshi.declarations.base import Spec, load


class DeskPolicy(Spec):
    """`desk.yml`: where the clerk's page answers, how much it takes, and when it forgets."""

    hosts: tuple[str, ...] = ()
    """Names besides those of this machine by which the page may be called"""
    upload_mib: int = Field(default=512, gt=0)
    """Most that one sending of files may weigh, in MiB"""
    files: int = Field(default=20, gt=0)
    """Most files of one signed-in clerk that lie here at a time"""
    idle_minutes: int = Field(default=30, gt=0)
    """Minutes without a request after which a clerk is signed out and the files are deleted"""
    session_hours: int = Field(default=10, gt=0)
    """Hours after which a clerk must sign in again, and the files are deleted"""
    held_hours: int = Field(default=72, gt=0)
    """Hours for which a delivery that a gate stopped waits for the operator, then it is deleted"""


def load_desk_policy(schemas: Path) -> DeskPolicy:
    """Return the policy of a site's desk.

    Raises:
        SpecError: the file is missing or breaks its contract.
    """
    return load(DeskPolicy, schemas / "policies" / "desk.yml")
