"""What `gongshi review` says in a terminal."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from gongshi.models import Original
from gongshi.redaction.rules import LABELS
from gongshi.review.queue import Item

_LABELS: Mapping[str, str] = {**LABELS, "minor": "未成年当事人"}
DECISIONS: Mapping[str, str] = {"mask": "遮盖", "keep": "恢复显示", "refuse": "不予公示"}


def of_list(
    items: Sequence[Item], cells: Mapping[str, Original] | None, titles: Mapping[str, str]
) -> str:
    """Return the queue: where, what, and the words around it; with `cells` the originals too.

    `titles` are the Chinese titles of fields.
    """
    if not items:
        return "没有待复核的存疑之处。\nNothing waits for review."
    lines = [f"待复核 {sum(not item.decision for item in items)} 处:"]
    for item in items:
        lines += [_head(item, titles), f"    {item.text}"]
        if cells is not None:
            lines.append(f"    原文:{of_original(item, cells) or '已不在收件箱中'}")
    lines.append("决定:gongshi review 编号 --decide mask|keep|refuse --by 姓名")
    return "\n".join(lines)


def of_original(item: Item, cells: Mapping[str, Original]) -> str | None:
    """Return the words of the original around a doubt, None where it is not kept."""
    one = cells.get(item.doubt.place)
    if one is None:
        return None
    around = slice(max(one.start - len(item.doubt.left), 0), one.start)
    after = slice(one.end, one.end + len(item.doubt.right))
    return f"{one.cell[around]}【{one.cell[one.start : one.end]}】{one.cell[after]}"


def of_decided(items: Sequence[Item]) -> str:
    """Return what was decided."""
    said = [f"{item.id}:{DECISIONS[item.decision]},{item.by}" for item in items]
    return "\n".join([*said, "下一次 publish 起生效。\nIn force from the next publish on."])


def of_expired(batches: Sequence[str]) -> str:
    """Return whose originals were erased."""
    names = "、".join(batches) or "无"
    return f"已删除原件的批次:{names}\nOriginals erased: {len(batches)}"


def of_file(file: Path) -> str:
    """Return where an original was written, and the warning that goes with it."""
    return (
        f"原件已写到 {file},含有未遮盖的个人信息,用后请立即删除。\n"
        f"Written to {file}. It holds personal data in clear: delete it after use."
    )


def _head(item: Item, titles: Mapping[str, str]) -> str:
    """Return where a doubt is and what it is about."""
    doubt = item.doubt
    what = _LABELS.get(doubt.rule, doubt.rule)
    state = f"疑似{what},已遮盖" if doubt.masked else f"疑似{what},未遮盖"
    decided = f"  [{DECISIONS[item.decision]},{item.by}]" if item.decision else ""
    title = titles.get(doubt.source_field, doubt.source_field)
    where = f"{doubt.sheet} {doubt.column}{doubt.row} {title}".strip()
    return f"{item.id}  {where}  {state}{decided}"
