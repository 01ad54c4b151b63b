"""The agencies of a site: one folder each."""

from pathlib import Path

from gongshi.declarations.agency import AgencySpec
from gongshi.declarations.base import load
from gongshi.errors import SpecError


def load_agencies(folder: Path) -> dict[str, AgencySpec]:
    """Return every agency under `folder` by its code, in order of code.

    Raises:
        SpecError: an `agency.yml` is missing or wrong, or names another code than its folder.
    """
    agencies = {}
    for home in sorted(path for path in folder.glob("[!_.]*/") if path.is_dir()):
        spec = load(AgencySpec, home / "agency.yml")
        if spec.code != home.name:
            raise SpecError(
                f"代码与文件夹名 {home.name} 不一致",
                f"the code differs from the folder's name {home.name}",
                file=f"ingest/{home.name}/agency.yml",
                key="code",
            )
        agencies[spec.code] = spec
    return agencies
