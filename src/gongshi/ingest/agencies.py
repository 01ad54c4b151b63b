"""The agencies of a site: one folder each."""

from collections.abc import Mapping
from pathlib import Path

from gongshi.declarations.agency import AgencySpec
from gongshi.declarations.base import load
from gongshi.errors import SpecError
from gongshi.ingest.agreement import demand_agreement
from gongshi.table_schema import TableSchema


def agreeing_agencies(folder: Path, schemas: Mapping[str, TableSchema]) -> dict[str, AgencySpec]:
    """Return every agency under `folder`, each of which can be followed.

    Raises:
        SpecError: a declaration is wrong in itself, or does not agree with its schema.
    """
    agencies = load_agencies(folder)
    for spec in agencies.values():
        if spec.schema_name not in schemas:
            raise SpecError(
                f"schemas/ 中没有 {spec.schema_name}.json",
                f"there is no schemas/{spec.schema_name}.json",
                file=f"ingest/{spec.code}/agency.yml",
                key="schema",
            )
        demand_agreement(spec, schemas[spec.schema_name])
    return agencies


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
