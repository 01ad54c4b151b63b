"""What each command takes, which pipeline call it is, and the words it answers with.

Heavy imports stand inside the functions: a serving host has no polars, and `--help` should not
wait for it.
"""

import socket
from argparse import ArgumentTypeError, Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from gongshi import report, verbs
from gongshi.command import DONE, NOTHING, PARTLY, Answer, Command, site_of, today_of
from gongshi.errors import UsageError
from gongshi.site import Site, create

if TYPE_CHECKING:
    from gongshi.review import Item


def new(args: Namespace) -> Answer:
    """Make a fresh site folder."""
    site = create(args.dir.resolve())
    words = f"已新建站点 {site.root}\nMade a new site: {site.root}"
    return {"root": str(site.root)}, words, DONE


def demo(args: Namespace) -> Answer:
    """Run the whole pipeline on invented files, and serve the result."""
    from gongshi import demonstration
    from gongshi.hosting import listen

    door = None if args.no_serve else listen(args.port)  # a taken port is told before the work
    root = args.root.resolve()
    if not root.exists() or (root.is_dir() and not any(root.iterdir())):
        create(root)
    site = site_of(args)
    shown = demonstration.run(site, rows=args.rows, today=today_of(args))
    words = demonstration.words(shown)
    if door is None:
        return shown, words, DONE
    print(words, flush=True)  # noqa: T201  the server below does not return until it is stopped
    _serve(site, door, quiet=args.json)
    return shown, "", DONE


def generate(args: Namespace) -> Answer:
    """Write an invented file in the standard layout."""
    from gongshi.generate import generate as write

    made = write(
        args.rows, args.seed, args.out, fmt=args.format, dirty=args.dirty, today=today_of(args)
    )
    answer = {"file": str(args.out), **made}
    words = f"已生成 {args.out}(虚构数据,{args.rows} 行)\nWrote {args.rows} invented rows."
    return answer, words, DONE


def check(args: Namespace) -> Answer:
    """Validate files without storing anything."""
    from gongshi import pipeline

    desk = pipeline.open_desk(site_of(args), agency=args.agency, today=today_of(args))
    reports = pipeline.check(desk, args.files, folder=args.report)
    return report.as_json(reports), report.as_text(reports), _status(reports)


def ingest(args: Namespace) -> Answer:
    """Check, deidentify and merge files."""
    reports, status = _taken_in(args)
    return report.as_json(reports), report.as_text(reports), status


def _taken_in(args: Namespace) -> tuple[list[report.FileReport], int]:
    """Take in the files that `args` name; return what became of them, and the exit status."""
    from gongshi import pipeline
    from gongshi.gates import override_of

    override = override_of(args.override_by, args.override_reason)
    desk = pipeline.open_desk(site_of(args), agency=args.agency, today=today_of(args))
    reports = pipeline.ingest(desk, args.files, override=override)
    return reports, NOTHING if all(one.unused for one in reports) else _status(reports)


def _status(reports: list[report.FileReport]) -> int:
    """Return whether every row of every file is fit to be taken."""
    return PARTLY if any(one.refused or one.unused for one in reports) else DONE


def new_agency(args: Namespace) -> Answer:
    """Draft the declaration of a sender from one of its files."""
    from gongshi import drafting
    from gongshi.ingest import load_agencies
    from gongshi.table_schema import load_all

    site = site_of(args)
    code = args.code or drafting.code_for(args.file)
    file = drafting.place_for(args.out or site.ingest, code)
    agencies, schemas = load_agencies(site.ingest).values(), load_all(site.schemas)
    made = drafting.draft_of(args.file, code, agencies, schemas)
    drafting.write(made, file)
    answer = {"draft": str(file), **drafting.as_json(made)}
    return answer, drafting.as_text(made, file), DONE


def approve(args: Namespace) -> Answer:
    """Release a batch for publication."""
    from gongshi import pipeline, reviewing

    site = site_of(args)
    pipeline.approve(site, args.batch, by=args.by)
    count = reviewing.open_counts(site, args.batch).get(args.batch, 0)
    words = f"批次 {args.batch} 已由 {args.by} 批准公示。\n{args.batch} approved by {args.by}."
    if count:
        words += (
            f"\n还有 {count} 处存疑没有复核(已遮盖的照遮盖公示,未遮盖的照原样公示):"
            f"gongshi review {args.batch}\n{count} doubts are still open."
        )
    return {"batch": args.batch, "approved_by": args.by, "doubts": count}, words, DONE


def review(args: Namespace) -> Answer:
    """List the doubts, decide about some, or see to the originals."""
    from gongshi import questioning, reviewing
    from gongshi.review import words
    from gongshi.table_schema import load_all

    site, today = site_of(args), today_of(args)
    if args.expire:
        gone = reviewing.expire(site, today=today)
        return {"expired": gone}, words.of_expired(gone), DONE
    if args.extract:
        batch = _one_batch(args.what)
        reviewing.extract(site, batch, args.extract)
        return {"batch": batch, "file": str(args.extract)}, words.of_file(args.extract), DONE
    if any(questioning.is_question(name) for name in args.what):
        return _answered(args, site, today)
    if args.decide:
        done = _decide(args, site, today)
        return {"doubts": [item.as_json() for item in done]}, words.of_decided(done), DONE
    items = reviewing.listed(site, _one_batch(args.what) if args.what else "", decided=args.all)
    cells = reviewing.originals(site, items) if args.original else {}
    shown = [
        item.as_json() | ({"original": words.of_original(item, cells)} if args.original else {})
        for item in items
    ]
    titles = {
        name: title
        for schema in load_all(site.schemas).values()
        for name, title in schema.titles.items()
    }
    told = words.of_list(items, cells if args.original else None, titles)
    asked = [] if args.what else questioning.listed(site, answered=args.all)
    same = [] if args.what else questioning.same_parties(site)
    answer = {
        "doubts": shown,
        "questions": [questioning.as_json(one) for one in asked]
        + [questioning.same_as_json(one) for one in same],
    }
    parts = (told, questioning.words(asked), questioning.words_of_same(same))
    return answer, "\n".join(filter(None, parts)), DONE


def _answered(args: Namespace, site: Site, today: date) -> Answer:
    """Enter the answer that `args` give to questions."""
    from gongshi import questioning

    given = questioning.Given(
        answer=args.decide or "",
        by=args.by or "",
        reason=args.reason or "",
        basis=args.basis or "",
    )
    done = questioning.answer(site, args.what, given, today=today)
    return {"questions": done, "answer": given.answer}, questioning.told(done, given), DONE


def _one_batch(what: Sequence[str]) -> str:
    """Return the batch that is named.

    Raises:
        UsageError: something else is, or several.
    """
    if len(what) != 1 or "/" in what[0]:
        raise UsageError(
            "请写明一个批次号。",
            "Name one batch.",
            todo="用法:gongshi review 批次;决定时 gongshi review 编号 --decide … --by 姓名",
        )
    return what[0]


def _decide(args: Namespace, site: Site, today: date) -> "list[Item]":
    """Enter the decision that `args` name."""
    from gongshi import reviewing
    from gongshi.review import Decision, Verdict

    if args.decide not in set(Verdict):
        raise UsageError(
            f"{args.decide} 只用于缺失的记录(missing:…)。",
            f"{args.decide} answers questions about missing records only.",
        )
    if not args.what or not args.by:
        raise UsageError(
            "请写明存疑之处的编号和复核人姓名。",
            "A decision names the doubts and who decides.",
            todo="用法:gongshi review 编号 --decide mask|keep|refuse --by 姓名",
        )
    decision = Decision(
        verdict=Verdict(args.decide),
        by=args.by,
        on_day=today,
        reason=args.reason or "",
        text=args.text or "",
    )
    return reviewing.decide(site, args.what, decision)


def publish(args: Namespace) -> Answer:
    """Apply the legal clock for today and seal the next release."""
    from gongshi import pipeline

    released = pipeline.publish(site_of(args), today=today_of(args))
    words = (
        f"第 {released['release']} 期在用:新增 {released['added']},变更 {released['changed']},"
        f"结束 {released['ended']};名单新增 {released['entries_added']},"
        f"移出 {released['entries_ended']};许可新增 {released['licenses_added']},"
        f"结束 {released['licenses_ended']}\n"
        f"Release {released['release']} is in force at {released['path']}"
    )
    restated = released["restated"]
    more = (
        [f"脱敏规则变严,已重新遮盖 {restated} 条\nRedacted again: {restated}"] if restated else []
    )
    return released, "\n".join([words, *more, *_of_erased(released["erased"])]), DONE


_ERASED = {
    "penalties": "处罚 {} 条",
    "list_entries": "名单记录 {} 条",
    "ledger_rows": "账本中的行 {} 条",
    "log_lines": "脱敏日志 {} 行",
    "originals": "原件 {} 份",
    "reports": "报告 {} 份",
    "backups": "备份 {} 份",
}


def _of_erased(erased: Mapping[str, int]) -> Iterator[str]:
    """Yield a line for people about what was erased, where something was."""
    said = [words.format(erased[name]) for name, words in _ERASED.items() if erased[name]]
    if said:
        yield f"保存期限已满,已删除:{','.join(said)}"
        yield "Erased, as their term has run: " + ", ".join(
            f"{name} {erased[name]}" for name in _ERASED if erased[name]
        )
    if not erased["scrubbed"]:
        yield "删除的内容尚未从登记库文件中清除(正被读取,或磁盘空间不足),下次 publish 会继续。"
        yield "Erased bytes leave the file with the next publish: it is in use, or no room."


def path(args: Namespace) -> Answer:
    """Print where the thing in force is."""
    site = site_of(args)
    release = site.current_release()
    if args.what == "registry":
        place = site.registry
    elif release is None:
        raise UsageError(
            "还没有发布过。", "Nothing was published yet.", todo="请先运行 gongshi publish。"
        )
    else:
        place = site.release(release)
        place = place / "public.db" if args.what == "public-db" else place
    if not place.exists():
        raise UsageError(
            f"{place} 不存在。", f"{place} does not exist.", todo="请运行 gongshi verify。"
        )
    return {"path": str(place)}, str(place), DONE


def serve(args: Namespace) -> Answer:
    """Serve the release in force until stopped."""
    from gongshi.hosting import listen

    _serve(site_of(args), listen(args.port), quiet=args.json)
    return {}, "", DONE


def _serve(site: Site, door: socket.socket, *, quiet: bool) -> None:
    """Serve until interrupted."""
    from gongshi.serve import run

    run(site, at=door, ready=None if quiet else _tell_address)


def _tell_address(address: str) -> None:
    """Say where the site is, as soon as it answers."""
    words = f"网站已就绪:{address}(按 Ctrl+C 停止)\nThe site answers at {address} (Ctrl+C stops it)"
    print(words, flush=True)  # noqa: T201  the server does not return until it is stopped


def desk(args: Namespace) -> Answer:
    """Serve the clerk's and operator's page, or manage who may sign in."""
    from gongshi import desk as counter
    from gongshi.desk import words
    from gongshi.hosting import listen

    site, today = site_of(args), today_of(args)
    if args.new_token or args.new_operator:
        token, secret = (
            counter.new_token(site, args.new_token, holder=args.holder, today=today)
            if args.new_token
            else counter.new_operator(site, args.new_operator, today=today)
        )
        return {"id": token.id, "token": secret}, words.of_new(token, secret), DONE
    if args.revoke:
        gone = counter.revoke(site.var, args.revoke, today=today)
        return {"revoked": gone.id}, f"令牌 {gone.id} 已停用。\nToken {gone.id} is revoked.", DONE
    if args.tokens:
        known = counter.listed(site.var)
        shown = [{**asdict(one), "sha256": None} for one in known]
        return {"tokens": shown}, words.of_list(known), DONE
    door = listen(args.port, host=args.host)
    ready = None if args.json else _tell_address
    counter.run(site, at=door, today=lambda: today_of(args), ready=ready)
    return {}, "", DONE


def sync(args: Namespace) -> Answer:
    """Deliver to credit platforms what they have not acknowledged."""
    from gongshi import pipeline

    rows = pipeline.sync(site_of(args), args.platforms, status_only=args.status)
    lines = [
        f"{row['platform']}:已送 {row['sent']},已确认 {row['acknowledged']},待送 {row['pending']}"
        + (f",失败:{row['failed']}" if row["failed"] else "")
        for row in rows
    ]
    words = "\n".join(lines) or "没有启用的平台。\nNo platform is enabled."
    failed = any(row["failed"] for row in rows)
    return {"platforms": rows}, words, PARTLY if failed else DONE


def run(args: Namespace) -> Answer:
    """Ingest, publish and sync in one go."""
    from gongshi import pipeline

    pipeline.platforms_of(site_of(args), [])  # a broken declaration stops before anything is done
    reports, status = _taken_in(args)
    words = report.as_text(reports)
    if status == NOTHING:
        return report.as_json(reports), words, status
    released, more, _ = publish(args)
    args.platforms, args.status = [], False
    synced, last, sync_status = sync(args)
    answer = report.as_json(reports, {"publish": released, "sync": synced})
    return answer, f"{words}\n{more}\n{last}", max(status, sync_status)


def verify(args: Namespace) -> Answer:
    """Check databases, ledger and release, and scan every published byte."""
    from gongshi import upkeep

    if args.original:
        return _prove(args)
    problems = upkeep.verify(site_of(args), today=today_of(args))
    lines = [f"✗ {one['what']} {one['where']}:{one['detail']}" for one in problems]
    words = (
        "\n".join(lines)
        or "登记库、账本、发布版本均完好。\nRegistry, ledger and release are sound."
    )
    return {"ok": not problems, "problems": problems}, words, PARTLY if problems else DONE


def _prove(args: Namespace) -> Answer:
    """Hold an agency's original against what is served: the same, apart from logged spans."""
    from gongshi import proving

    proof = proving.prove(site_of(args), args.original, agency=args.agency)
    problems = [asdict(problem) for problem in proof.problems]
    answer = {"ok": not problems, "problems": problems, "proved": proof.as_json()}
    return answer, proof.words, PARTLY if problems else DONE


def rebuild(args: Namespace) -> Answer:
    """Make the registry again from the ledger and compare."""
    from gongshi import upkeep

    answer = upkeep.rebuild(site_of(args))
    words = (
        "按账本重建的登记库与现有登记库一致。\nThe registry rebuilt from its ledger is the same."
        if answer["same"]
        else "重建结果与现有登记库不一致:\n" + "\n".join(answer["differences"])
    )
    return answer, words, DONE if answer["same"] else PARTLY


def backup(args: Namespace) -> Answer:
    """Copy the registry and declarations while they are in use, without the key."""
    from gongshi import backup as backups

    file = backups.backup(site_of(args), args.file, today=today_of(args))
    return {"file": str(file)}, f"已备份到 {file}\nBacked up to {file}", DONE


def restore(args: Namespace) -> Answer:
    """Bring a backup back into a site that has no registry."""
    from gongshi import backup as backups

    done = backups.restore(site_of(args), args.file, ended=args.ended, to=args.to)
    lines = [f"已从 {args.file} 恢复,请接着运行 gongshi publish。", f"Restored from {args.file}."]
    if done.left_out:
        told = "、".join(f"第 {n} 条 {kind} {name}".strip() for n, kind, name in done.left_out)
        lines.append(f"恢复到账本第 {args.to} 条,其后的没有恢复:{told}")
    if done.listed:
        lines += [
            f"已按撤下清单(截至 {done.as_of} 的发布)续接,备份之后的序号 {done.lost} 个不会再用。",
            "那次发布之后用 withdraw、repair 等命令登记而尚未发布的,请重新登记。",
            f"The list reaches to the publish of {done.as_of}: give orders of later again.",
        ]
    else:
        lines += [
            "没有撤下清单(ended.json):备份之后撤下的记录会重新公示,用过的序号会再用。",
            "There was no list of endings: what was withdrawn since would be public again.",
            "请先把备份之后收到的变动事项全部重新入库,再发布,并请各平台重新取全量。",
        ]
    if done.batches:
        lines.append(f"备份之后收到的批次请重新入库:{'、'.join(done.batches)}")
    return {"file": str(args.file)} | asdict(done), "\n".join(lines), DONE


def _port(text: str) -> int:
    """Return a port; 0 takes any free one."""
    if not text.isascii() or not text.isdigit() or int(text) > _HIGHEST_PORT:
        raise ArgumentTypeError(f"端口应为 0 到 65535 / a port is 0 to 65535: {text}")
    return int(text)


_HIGHEST_PORT = 65_535
_FILES = (("files",), {"nargs": "+", "type": Path, "metavar": "FILE", "help": "机构报送的文件"})
_AGENCY = (("--agency",), {"metavar": "CODE", "help": "报送机构(ingest/ 下的目录名)"})
_OVERRIDE = (
    (
        ("--override-by",),
        {"metavar": "NAME", "help": "越过拦截的负责人 / who lets a stopped file pass"},
    ),
    (
        ("--override-reason",),
        {"metavar": "TEXT", "help": "放行理由,会公开 / why; shown in the release"},
    ),
)
_PORT = (("--port",), {"type": _port, "default": 8001, "help": "端口 / port (8001)"})

COMMANDS = (
    Command("new", "新建站点目录 / a fresh site folder", new, ((("dir",), {"type": Path}),)),
    Command(
        "demo",
        "用虚构数据走完全程并提供网站 / the whole way on invented files",
        demo,
        (
            (("--rows",), {"type": int, "default": 2000, "help": "行数 / rows (2000)"}),
            _PORT,
            (("--no-serve",), {"action": "store_true", "help": "不启动网站 / do not serve"}),
        ),
    ),
    Command(
        "generate",
        "生成虚构的报送文件 / an invented agency file",
        generate,
        (
            (("--rows",), {"type": int, "required": True, "help": "行数"}),
            (("--seed",), {"type": int, "default": 1, "help": "随机种子:同种子同文件"}),
            (("--out",), {"type": Path, "required": True, "help": "写到哪里"}),
            (
                ("--format",),
                {
                    "choices": ("csv", "csv-gbk", "csv-gb18030", "xlsx", "ndjson"),
                    "help": "默认由 --out 的扩展名决定 / by the extension of --out",
                },
            ),
            (("--dirty",), {"action": "store_true", "help": "植入各种缺陷,并写出答案文件"}),
        ),
    ),
    Command(
        "check",
        "只校验,不入库 / validate without storing",
        check,
        (_FILES, _AGENCY, (("--report",), {"type": Path, "metavar": "DIR", "help": "报告目录"})),
    ),
    Command(
        "ingest", "校验、脱敏、入库 / check, redact, merge", ingest, (_FILES, _AGENCY, *_OVERRIDE)
    ),
    Command(
        "new-agency",
        "根据一份来表起草 agency.yml / draft an agency.yml from a file",
        new_agency,
        (
            (("file",), {"type": Path, "metavar": "FILE", "help": "来表 / a file of the sender"}),
            (("--code",), {"metavar": "CODE", "help": "机构代码,默认取自文件名 / its code"}),
            (("--out",), {"type": Path, "metavar": "DIR", "help": "写到 DIR/CODE/,默认 ingest/"}),
        ),
    ),
    Command(
        "approve",
        "批准一个批次公示 / release a batch for publication",
        approve,
        (
            (("batch",), {"metavar": "BATCH"}),
            (("--by",), {"required": True, "metavar": "NAME", "help": "批准人"}),
        ),
    ),
    Command(
        "review",
        "复核存疑之处 / the queue of doubts",
        review,
        (
            (
                ("what",),
                {
                    "nargs": "*",
                    "metavar": "BATCH|DOUBT|QUESTION",
                    "help": "批次,或存疑之处的编号 批次/序号,或问题的编号 missing:… same:…",
                },
            ),
            (
                ("--decide",),
                {
                    "choices": ("mask", "keep", "refuse", "withdraw", "wait", "join", "apart"),
                    "help": "存疑之处:mask 遮盖,keep 不是个人信息、恢复显示,refuse 该记录不公示;"
                    "缺失的记录:withdraw 撤回,keep 保留,wait 等下一次报送;"
                    "同一当事人:join 是,apart 不是",
                },
            ),
            (("--by",), {"metavar": "NAME", "help": "复核人 / who decides"}),
            (("--reason",), {"metavar": "TEXT", "help": "理由,不得写个人信息 / why"}),
            (("--basis",), {"metavar": "TEXT", "help": "依据,与 withdraw 同用 / legal basis"}),
            (("--text",), {"metavar": "TEXT", "help": "同一记录中还要遮盖的文字,与 mask 同用"}),
            (("--original",), {"action": "store_true", "help": "显示原文(从加密的收件箱)"}),
            (
                ("--extract",),
                {"type": Path, "metavar": "FILE", "help": "把批次的原件解密写到 FILE(0600)"},
            ),
            (("--all",), {"action": "store_true", "help": "也列出已决定的 / decided ones too"}),
            (("--expire",), {"action": "store_true", "help": "删除到期的原件 / erase what is due"}),
        ),
    ),
    *verbs.COMMANDS,
    Command("publish", "按法定期限生成并封存下一期 / seal the next release", publish),
    Command(
        "path",
        "打印在用文件的位置 / where the one in force is",
        path,
        ((("what",), {"choices": ("public-db", "release", "registry")}),),
    ),
    Command("serve", "提供网站 / serve the site", serve, (_PORT,)),
    Command(
        "desk",
        "报送人员和运维人员的页面,只在本机 / the clerk's and operator's page",
        desk,
        (
            (("--port",), {"type": _port, "default": 8002, "help": "端口 / port (8002)"}),
            (
                ("--host",),
                {"default": "127.0.0.1", "metavar": "ADDRESS", "help": "监听地址,默认只限本机"},
            ),
            (
                ("--new-token",),
                {"metavar": "AGENCY", "help": "为报送机构发放令牌 / a token for an agency"},
            ),
            (("--holder",), {"default": "", "metavar": "NAME", "help": "令牌交给谁(备注)"}),
            (
                ("--new-operator",),
                {"metavar": "NAME", "help": "为运维人员发放令牌,以此姓名批准 / for an operator"},
            ),
            (("--tokens",), {"action": "store_true", "help": "列出令牌 / list the tokens"}),
            (("--revoke",), {"metavar": "ID", "help": "停用一个令牌 / revoke a token"}),
        ),
    ),
    Command(
        "sync",
        "向信用平台送达变更 / deliver to credit platforms",
        sync,
        (
            (("platforms",), {"nargs": "*", "metavar": "PLATFORM", "help": "平台代码,默认全部"}),
            (("--status",), {"action": "store_true", "help": "只看进度,不送达"}),
        ),
    ),
    Command(
        "run",
        "ingest、publish、sync 一次做完 / all three in one go",
        run,
        (_FILES, _AGENCY, *_OVERRIDE),
    ),
    Command(
        "verify",
        "核验登记库、账本与发布版本 / integrity of everything",
        verify,
        (
            (
                ("--original",),
                {
                    "type": Path,
                    "metavar": "FILE",
                    "help": "证明公示文本与报送原件除脱敏外一致 / prove the public text from FILE",
                },
            ),
            _AGENCY,
        ),
    ),
    Command("rebuild", "按账本重建登记库并比较 / the registry again, compared", rebuild),
    Command(
        "backup",
        "联机备份(不含密钥)/ online backup, without the key",
        backup,
        ((("file",), {"type": Path, "metavar": "FILE"}),),
    ),
    Command(
        "restore",
        "从备份恢复 / bring a backup back",
        restore,
        (
            (("file",), {"type": Path, "metavar": "FILE"}),
            (
                ("--ended",),
                {
                    "type": Path,
                    "metavar": "FILE",
                    "help": "撤下清单 var/ended.json 的副本 / the list of what ended since",
                },
            ),
            (
                ("--to",),
                {
                    "type": int,
                    "metavar": "N",
                    "help": "恢复到账本第 N 条为止 / as it stood after entry N of the ledger",
                },
            ),
        ),
    ),
)
