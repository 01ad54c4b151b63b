"""The whole way, in the order of the arrows: the one module that joins the stages.

    read ─▶ validate ─▶ deidentify ─▶ merge ─▶ clock ─▶ publish ─▶ sync

A file is one transaction, a publish is one transaction; whatever fails leaves the old state.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from gongshi import (
    absence,
    approval,
    clock,
    ended,
    events,
    gates,
    keys,
    lists,
    merge,
    records,
    registry,
    report,
    retention,
    review,
    sameness,
    scratch,
    tightening,
)
from gongshi import backup as backups
from gongshi import ingest as intake
from gongshi import publish as publishing
from gongshi import sync as delivery
from gongshi.calendar import load_calendar
from gongshi.declarations.agency import AgencySpec, ReaderOptions
from gongshi.declarations.authority_register import load_register
from gongshi.declarations.platform import PlatformSpec, load_platforms
from gongshi.declarations.policy import Policies, load_policies
from gongshi.declarations.redaction_policy import RedactionPolicy, load_redaction_policy
from gongshi.declarations.reviewed import load_reviewed_codes
from gongshi.deidentify import Deidentified, deidentify
from gongshi.errors import FileRefusedError, UsageError
from gongshi.findings import Findings, joined, once
from gongshi.gates import Override
from gongshi.inbox import Inbox
from gongshi.marking import mark, marked_names
from gongshi.models import CheckedTable, Finding
from gongshi.packed import packed
from gongshi.redaction import label
from gongshi.registry import Batch
from gongshi.report import FileReport
from gongshi.site import Site
from gongshi.table_schema import TableSchema, load_all
from gongshi.trouble import explained
from gongshi.validate import Context, validate
from gongshi.weighing import Scales, Weighed, weigh


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where files are taken in: whose they are said to be, on which day, by which declarations.

    `shown` is what senders call files that lie here under another name.
    """

    site: Site
    agency: str | None
    today: date
    agencies: Mapping[str, AgencySpec]
    schemas: Mapping[str, TableSchema]
    policies: Policies
    shown: Mapping[Path, Path] = field(default_factory=dict)

    @property
    def areas(self) -> Mapping[str, str]:
        """The jurisdictions of all agencies."""
        return {code: spec.jurisdiction for code, spec in self.agencies.items()}

    @property
    def reader(self) -> ReaderOptions:
        """How files are read."""
        return self.agencies[self.agency].reader if self.agency else ReaderOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One file after validation and redaction, before anything was stored."""

    checked: CheckedTable
    public: Deidentified
    policy: RedactionPolicy

    @property
    def findings(self) -> Findings:
        """What was found on the way, in the order of the stages; each cell's fault once.

        A source row that became several records would tell the same of its cells for each.
        """
        return once(joined(self.checked.findings, self.public.findings))

    @property
    def refused(self) -> frozenset[tuple[str, int]]:
        """Source rows that are left out."""
        return self.checked.refused | self.public.refused


def open_desk(site: Site, *, agency: str | None, today: date) -> Desk:
    """Return a desk with the site's declarations.

    Raises:
        SpecError: one of them breaks its contract, or an agency's does not agree with its schema.
    """
    schemas = load_all(site.schemas)
    return Desk(
        site=site,
        agency=agency,
        today=today,
        agencies=intake.agreeing_agencies(site.ingest, schemas),
        schemas=schemas,
        policies=load_policies(site.schemas),
    )


def check(desk: Desk, files: Sequence[Path], *, folder: Path | None = None) -> list[FileReport]:
    """Validate and redact files, and say what the gates would, without storing anything.

    Reports go into `folder` if given, and beside them each file with its failing cells marked.
    """
    with registry.reading(desk.site.registry) as conn:
        if conn:
            registry.require_same_key(conn, _fingerprint(desk.site))
        reports = _each(files, lambda file: _foresee(conn, desk, file))
    if folder:
        report.write(folder, reports)
        for told, name in zip(reports, marked_names(files), strict=True):
            if told.agency:
                mark(Path(told.file), told.findings, folder / name, options=desk.reader)
    return reports


def ingest(
    desk: Desk, files: Sequence[Path], *, override: Override | None = None
) -> list[FileReport]:
    """Take files into the registry, each whole or not at all; a known file changes nothing.

    Among several files one that is unusable does not hold up the others: it is reported. So is
    one that a gate stops, unless `override` lets it pass.

    Raises:
        FileRefusedError: none of the files is usable.
        UsageError: the person of the override may not override.
    """
    _demand_confirmed(desk)
    desk.site.require_registry()
    if override:
        gates.require_may_override(desk.policies.approval, override)
    with closing(registry.open_registry(desk.site.registry)) as conn:
        registry.check_day(conn, desk.today)
        registry.require_key(conn, _fingerprint(desk.site))
        review.sweep(conn, inbox_of(desk.site), desk.policies.retention, desk.today)
        return _each(files, lambda file: _take(conn, desk, file, override))


def _fingerprint(site: Site) -> str:
    """Return what tells the site's key from another, without giving it away."""
    return keys.load(site.var).fingerprint


def _demand_confirmed(desk: Desk) -> None:
    """Refuse to take files in by a declaration that nobody has confirmed.

    Raises:
        UsageError: the agency is a draft.
    """
    spec = desk.agencies.get(desk.agency or "")
    if spec and spec.draft:
        raise UsageError(
            f"ingest/{desk.agency}/agency.yml 是草稿,不能据以入库。",
            f"ingest/{desk.agency}/agency.yml is a draft; nothing is taken in by it.",
            todo="请逐项核对,用 gongshi check 试读无误后,删去 draft 一行。",
        )


def _each(files: Sequence[Path], act: Callable[[Path], FileReport]) -> list[FileReport]:
    """Return the reports of all files; an unusable one gets a report of its own.

    Raises:
        FileRefusedError: none of the files is usable.
    """
    reports: list[FileReport] = []
    refusals: list[FileRefusedError] = []
    for file in files:
        try:
            reports.append(act(file))
        except FileRefusedError as exc:
            refusals.append(exc)
            reports.append(report.of_refusal(str(file), exc))
    if len(refusals) == len(files):
        raise refusals[0]
    return reports


def _examine(conn: sqlite3.Connection | None, desk: Desk, file: Path) -> Examined:
    """Read, validate and redact one file."""
    schemas = desk.site.schemas
    raw = intake.read_tables(
        file,
        desk.agencies,
        agency=desk.agency,
        schemas=desk.schemas,
        register=load_register(schemas / "authorities"),
    )
    schema = desk.schemas[raw.schema]
    context = Context(
        today=desk.today,
        known_parties=_known_parties(conn, raw.frame, schema),
        calendar=load_calendar(schemas / "calendar").lateness,
        overrides=load_reviewed_codes(schemas / "policies"),
    )
    checked = validate(raw, schema, context)
    del raw  # a whole file unpacked: nothing after this needs it
    policy = load_redaction_policy(schemas / "policies", desk.today, areas=desk.areas)
    public = deidentify(checked, policy, keys.load(desk.site.var))
    public = replace(public, table=sameness.under_joined_keys(conn, public.table))
    # What was read has served its purpose: neither its memory nor its content is kept.
    checked = replace(checked, packed=packed([checked.packed.schema.to_frame()]))
    return Examined(checked=checked, public=public, policy=policy)


def _known_parties(
    conn: sqlite3.Connection | None, frame: pl.DataFrame, schema: TableSchema
) -> dict[str, str]:
    """Return the names under which the registry knows the codes of a table."""
    code = schema.by_role.get("uscc")
    if code is None or conn is None:
        return {}
    return registry.known_parties(conn, frame[code.name].unique().to_list())


def _foresee(conn: sqlite3.Connection | None, desk: Desk, file: Path) -> FileReport:
    """Return what an ingest of one file would tell, and store nothing."""
    examined = _examine(conn, desk, file)
    weighed = _weigh(conn, desk, examined)
    if weighed.stops:
        return _stopped(file, examined, weighed)
    return _report(file, examined, weighed, of_file=weighed.notices)


def _weigh(conn: sqlite3.Connection | None, desk: Desk, examined: Examined) -> Weighed:
    """Hold an examined file against the registry and the gates."""
    checked, policies = examined.checked, desk.policies
    bounds = gates.bounds_of(desk.agencies[checked.source.agency], policies.gates.limits)
    scales = Scales(conn=conn, today=desk.today, lists=policies.lists, bounds=bounds)
    return weigh(examined.public.table, scales, rows=checked.rows, refused=len(examined.refused))


def _stopped(file: Path, examined: Examined, weighed: Weighed) -> FileReport:
    """Return the report of a file that a gate stops: nothing of it is taken."""
    told = _report(file, examined, weighed, of_file=(*weighed.stops, *weighed.notices))
    return replace(told, taken=0, refused=told.rows - told.unchanged, stopped=True)


def _take(
    conn: sqlite3.Connection, desk: Desk, file: Path, override: Override | None
) -> FileReport:
    """Examine one file and enter what is acceptable, in one transaction, unless a gate stops it.

    The report is written before the commit and named after it: a cut leaves at most a draft.
    """
    examined = _examine(conn, desk, file)
    with registry.transaction(conn):
        weighed = _weigh(conn, desk, examined)
        if weighed.stops and not override:
            return _stopped(file, examined, weighed)
        batch = _batch(conn, examined, desk)
        passed = gates.passed(weighed.stops, override) if override else ()
        if override and passed:
            batch = _overridden(batch, passed, override)
        entered = _enter(conn, examined, batch, desk.policies)
        if batch.approved_by and not entered.repeated:
            absence.look(conn, batch.batch)
        review.take_down(conn, examined.public.table, on_day=desk.today)
        told = _report(
            desk.shown.get(file, file), examined, entered, of_file=(*passed, *weighed.notices)
        )
        draft = desk.site.var / "reports" / f".{batch.batch}"
        if not entered.repeated:
            registry.log_redactions(conn, batch.batch, examined.public.log)
            registry.keep_masked_numbers(conn, batch.batch, examined.public.numbers)
            _keep_doubts(conn, desk, examined, (batch, file))
            report.write(draft, [replace(told, file=label(Path(told.file).name))])
    if not entered.repeated:
        draft.replace(draft.with_name(batch.batch))
    return told


def _keep_doubts(
    conn: sqlite3.Connection, desk: Desk, examined: Examined, entered: tuple[Batch, Path]
) -> None:
    """List the doubts of a batch, and seal its original where a person still has to look."""
    batch, file = entered
    inbox = inbox_of(desk.site)
    count = review.keep(conn, batch.batch, examined.public.table)
    if count or review.waits(conn, batch.batch):
        inbox.put(batch.batch, examined.public.originals, file)
    else:
        inbox.erase(batch.batch)  # of a batch with this number that was cut before it was stored


def inbox_of(site: Site) -> Inbox:
    """Return where the originals of a site wait."""
    return Inbox(site.inbox, keys.load(site.var))


def _batch(conn: sqlite3.Connection, examined: Examined, desk: Desk) -> Batch:
    """Return the batch under which a file enters."""
    source = examined.checked.source
    policy = desk.policies.approval
    held = policy.holds_doubts and review.has_undecided(conn, examined.public.table)
    automatic = policy.is_automatic(source.agency) and not held
    return Batch(
        batch=registry.new_batch_id(conn, desk.today),
        agency=source.agency,
        schema=examined.checked.schema,
        file=label(source.file),
        file_sha256=source.sha256,
        received_at=registry.now(),
        received_on=desk.today.isoformat(),
        rows=examined.checked.rows,
        refused=len(examined.refused),
        findings=len(examined.findings),
        approved_by=approval.AUTOMATIC if automatic else None,
        delivery=desk.agencies[source.agency].delivery,
        redaction=tightening.remember(conn, examined.policy),
    )


def _overridden(batch: Batch, findings: Sequence[Finding], override: Override) -> Batch:
    """Return a batch with the gates that a person let it pass."""
    return replace(
        batch,
        findings=batch.findings + len(findings),
        override_by=override.by,
        override_reason=override.reason,
        overridden=";".join(found.rule for found in findings),
    )


def _enter(
    conn: sqlite3.Connection, examined: Examined, batch: Batch, policies: Policies
) -> merge.Merged | lists.Enlisted | events.Happened:
    """Enter a redacted table where its schema belongs."""
    table = examined.public.table
    if table.schema not in records.KINDS:
        return events.happen(conn, table, batch)
    if table.schema == records.ENTRY.schema:
        return lists.enlist(conn, table, batch, policies.lists)
    return merge.merge(conn, table, batch)


def _report(
    file: Path,
    examined: Examined,
    entered: merge.Merged | lists.Enlisted | events.Happened | Weighed,
    *,
    of_file: tuple[Finding, ...] = (),
) -> FileReport:
    """Return what a file's sender is told of what was entered, or would be."""
    refused = examined.refused | entered.refused
    withheld = len(examined.public.withheld)  # not published by policy: it changes nothing
    unchanged = withheld + entered.unchanged_rows
    rows = examined.checked.rows
    return FileReport(
        file=str(file),
        agency=examined.checked.source.agency,
        encoding=examined.checked.source.encoding,
        evidence=examined.checked.source.evidence,
        rows=rows,
        taken=rows - len(refused) - unchanged,
        refused=len(refused),
        unchanged=unchanged,
        findings=joined(of_file, examined.findings, entered.findings),
        batch="" if isinstance(entered, Weighed) else entered.batch,
        redactions=examined.public.log.height,
    )


def approve(site: Site, batch: str, *, by: str) -> None:
    """Release a batch for publication under a person's name.

    Raises:
        UsageError: no such batch, it was approved before, or the policy holds it back.
    """
    policies = load_policies(site.schemas)
    with closing(registry.open_registry(site.registry)) as conn:
        with registry.transaction(conn):
            if policies.approval.holds_doubts:
                review.require_decided(conn, batch)
            approval.approve(conn, batch, by=by, four_eyes=policies.approval.four_eyes)
        review.settle(conn, inbox_of(site))


def publish(site: Site, *, today: date) -> dict[str, Any]:
    """Apply the legal clock, build, scan and seal the next release, and put it in force."""
    site.require_registry()
    agencies = intake.load_agencies(site.ingest)
    areas = {code: spec.jurisdiction for code, spec in agencies.items()}
    policies = load_policies(site.schemas).model_copy(update={"areas": areas})
    redaction = load_redaction_policy(site.schemas / "policies", today, areas=areas)
    calendar = load_calendar(site.schemas / "calendar")
    with closing(registry.open_registry(site.registry)) as conn, explained(site.registry):
        conn.execute("begin immediate")
        try:
            registry.check_day(conn, today)
            restated = tightening.tighten(conn, redaction, today)
            moves = clock.apply(conn, policies, calendar, today)
            erased = retention.erase(conn, policies.retention, today)
        except BaseException:
            conn.execute("rollback")
            raise
        released = publishing.publish(conn, site, today=today, moves=moves, policies=policies)
        gone = _erase_files(conn, site, policies, today)
        scrubbed = retention.scrub(conn)
        ended.write(conn, site, policies.retention, today)
    return asdict(released) | {
        "path": str(released.path),
        "restated": restated,
        "erased": asdict(erased) | gone | {"scrubbed": scrubbed},
    }


def _erase_files(
    conn: sqlite3.Connection, site: Site, policies: Policies, today: date
) -> dict[str, int]:
    """Erase files whose term has run; return how many of each sort."""
    originals = review.sweep(conn, inbox_of(site), policies.retention, today)
    scratch.sweep(site.var)
    return {
        "originals": len(originals),
        "reports": retention.old_reports(site, policies.retention, today),
        "backups": backups.remove_old(site, policies.retention, today),
    }


def sync(
    site: Site, platforms: Sequence[str], *, status_only: bool = False
) -> list[dict[str, Any]]:
    """Deliver to the named platforms, or to all that are enabled, what they have not acknowledged.

    Raises:
        UsageError: a platform is not declared, or nothing was published yet.
    """
    wanted = platforms_of(site, platforms)
    with closing(registry.open_registry(site.registry)) as conn:
        act = delivery.status if status_only else delivery.deliver
        return act(conn, site, wanted)


def platforms_of(site: Site, codes: Sequence[str]) -> list[PlatformSpec]:
    """Return the named platforms, or all that are enabled.

    Raises:
        UsageError: a platform is not declared.
        SpecError: a declaration breaks its contract.
    """
    declared = load_platforms(site.schemas / "platforms")
    if unknown := [code for code in codes if code not in declared]:
        raise UsageError(
            f"没有声明这个平台:{'、'.join(unknown)}。",
            f"not declared: {', '.join(unknown)}",
            todo="请在 schemas/platforms/ 中声明,或检查代码。",
        )
    return [declared[code] for code in codes] or [
        spec for spec in declared.values() if spec.enabled
    ]
