"""What may not add up between number, original, copies, seal and delivery, as one pure function.

No database, no files: rows in, findings out (documents/print_room/reconciling.py gathers the rows).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from documents.print_room.terms import Limits


class Kind(models.TextChoices):
    """What is wrong; the way out stands in WAYS_OUT."""

    NUMBER_GAP = "number_gap", _("编号断号")
    NUMBER_DOUBLE = "number_double", _("编号重号")
    NUMBER_WITHOUT_DOCUMENT = "number_without_document", _("有编号，无公文")
    NUMBER_OF_ANOTHER_YEAR = "number_of_another_year", _("编号年份和成文日期不一致")
    NOT_RENDERED = "not_rendered", _("有编号，无原件")
    FILE_MISSING = "file_missing", _("存档中找不到原件")
    FILE_ALTERED = "file_altered", _("存档原件被改动")
    NOT_PRINTED = "not_printed", _("逾期未印制")
    COPIES_DIFFER = "copies_differ", _("印制份数和份号台账不符")
    SPOILED_NOT_REPLACED = "spoiled_not_replaced", _("废页未补打")
    REPRINT_WITHOUT_REASON = "reprint_without_reason", _("重印无原因")
    NOT_SEALED = "not_sealed", _("逾期未盖章")
    SEALED_DIFFER = "sealed_differ", _("用印份数和实盖份数不符")
    HANDED_UNSEALED = "handed_unsealed", _("未盖章已交付")
    HANDED_SPOILED = "handed_spoiled", _("废页已交付")
    NOT_HANDED_OVER = "not_handed_over", _("逾期未交付")
    NO_PROOF = "no_proof", _("逾期无送达回证")
    DECISION_WITHOUT_DOCUMENT = "decision_without_document", _("有决定，无公文")
    DECISION_ON_CLOSED_PAPER = "decision_on_closed_paper", _("决定对应的公文已失效")
    ENDED_WITHOUT_DECISION = "ended_without_decision", _("已办结，无决定")
    RESTS_ON_CLOSED_PAPER = "rests_on_closed_paper", _("依据的公文已变更或撤销")


WAYS_OUT: dict[Kind, Promise] = {
    Kind.NUMBER_GAP: _("核对发文登记簿和操作日志，查明该号去向；断号应当写成说明存档，不得补用。"),
    Kind.NUMBER_DOUBLE: _("停用后发的一件，作废并重新编号。"),
    Kind.NUMBER_WITHOUT_DOCUMENT: _("请系统管理员查操作日志；该号应当注明原因作废。"),
    Kind.NUMBER_OF_ANOTHER_YEAR: _("作废并重新编号，或者写成说明存档。"),
    Kind.NOT_RENDERED: _("打开公文，查看失败原因并重新生成。"),
    Kind.FILE_MISSING: _("打开公文重新生成；生成的文件应当与登记的摘要一致，否则从备份恢复。"),
    Kind.FILE_ALTERED: _("保留现场，报告系统管理员；从备份恢复原件后重新核对。"),
    Kind.NOT_PRINTED: _("打开公文，登记打印。"),
    Kind.COPIES_DIFFER: _("对照份号台账和打印记录查明差额，写成说明存档。"),
    Kind.SPOILED_NOT_REPLACED: _("打开公文补打该份。"),
    Kind.REPRINT_WITHOUT_REASON: _("向打印人查明原因，写成说明存档。"),
    Kind.NOT_SEALED: _("打开公文申请用印，或者催促批准和用印。"),
    Kind.SEALED_DIFFER: _("对照用印登记和份号台账清点实物。"),
    Kind.HANDED_UNSEALED: _("追回该份，盖章后重新交付。"),
    Kind.HANDED_SPOILED: _("追回该份，改交补打的一份。"),
    Kind.NOT_HANDED_OVER: _("打开公文，登记交付或者邮寄。"),
    Kind.NO_PROOF: _("查询邮件或者联系受送达人，登记送达回证；退回的重新送达。"),
    Kind.DECISION_WITHOUT_DOCUMENT: _("请系统管理员查操作日志，补发决定文书。"),
    Kind.DECISION_ON_CLOSED_PAPER: _("核对变更、撤销或者作废的手续，重新印发或者撤销决定。"),
    Kind.ENDED_WITHOUT_DECISION: _("请流程管理员核对该件的办理过程。"),
    Kind.RESTS_ON_CLOSED_PAPER: _(
        "由拟定人员在“公文”中更正该件，改引新文号；依据已撤销的，撤销该件。"
    ),
}
"""What the office does about it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One discrepancy: its city, its paper (None: a number, a case), in which words."""

    kind: Kind
    city: str
    document: int | None
    about: str
    detail: str = ""
    case: str = ""
    """The stream of the case, where it is about one that has no paper."""


@dataclass(frozen=True, slots=True)
class CopyRow:
    """One printed copy as the ledger has it."""

    n: int
    printed_on: date
    file_copy: bool
    to_addressee: bool
    spoiled: bool
    replaced: bool
    sealed: bool
    """Its seal was applied."""
    seal_entry: int | None
    delivered: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """One document with everything that was done to it."""

    document: int
    city: str
    number: str
    valid: bool
    dated: date
    """成文日期."""
    year: int
    """Of its number."""
    issued_on: date
    file: str
    """`""` not rendered, `ok`, `missing`, `altered`."""
    copies_printed: int
    """As the document says."""
    jobs: Sequence[tuple[int, bool, str]] = ()
    """Printings: copies, reprint, reason."""
    copies: Sequence[CopyRow] = ()
    seals: Sequence[tuple[int, int]] = ()
    """Applied seal entries: number, copies sealed as registered."""
    under_way: Sequence[tuple[str, date]] = ()
    """Addressees whose proof is out: name, day of the hand-over."""
    needs_seal: bool = True
    needs_print: bool = True


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One series with the numbers that were taken, and those that have no document."""

    city: str
    name: str
    last: int
    numbers: Sequence[int]
    without_document: Sequence[int] = field(default_factory=tuple)


def discrepancies(
    papers: Iterable[Paper], series: Iterable[SeriesRow], limits: Limits
) -> Iterator[Finding]:
    """Everything that does not add up. Steps still within their term are no discrepancy."""
    for row in series:
        yield from _of_series(row)
    for paper in papers:
        for part in (_of_original, _of_copies, _of_seals, _of_deliveries):
            for kind, detail in part(paper, limits):
                yield Finding(kind, paper.city, paper.document, paper.number, detail)


def _of_series(row: SeriesRow) -> Iterator[Finding]:
    taken = Counter(row.numbers)
    for n in range(1, max([row.last, *row.numbers]) + 1):
        about = f"{row.name}{n}号"
        if n not in taken:
            yield Finding(Kind.NUMBER_GAP, row.city, None, about)
        elif taken[n] > 1 or n > row.last:
            yield Finding(Kind.NUMBER_DOUBLE, row.city, None, about, f"{row.name} → {row.last}")
    for n in row.without_document:
        yield Finding(Kind.NUMBER_WITHOUT_DOCUMENT, row.city, None, f"{row.name}{n}号")


Found = Iterator[tuple[Kind, str]]


def _of_original(paper: Paper, limits: Limits) -> Found:
    if paper.year != paper.dated.year:
        yield Kind.NUMBER_OF_ANOTHER_YEAR, paper.dated.isoformat()
    if paper.file == "missing":
        yield Kind.FILE_MISSING, ""
    if paper.file == "altered":
        yield Kind.FILE_ALTERED, ""
    if not paper.valid or paper.issued_on > limits.print_by:
        return
    if not paper.file:
        yield Kind.NOT_RENDERED, paper.issued_on.isoformat()
    elif not paper.copies and paper.needs_print:
        yield Kind.NOT_PRINTED, paper.issued_on.isoformat()


def _of_copies(paper: Paper, limits: Limits) -> Found:
    numbers = sorted(copy.n for copy in paper.copies)
    printed = sum(copies for copies, _reprint, _reason in paper.jobs)
    whole = numbers == list(range(1, len(numbers) + 1))
    if not (whole and len(numbers) == printed == paper.copies_printed):
        told = {"sum": paper.copies_printed, "jobs": printed, "ledger": len(numbers)}
        yield (
            Kind.COPIES_DIFFER,
            str(_("公文记%(sum)d份，打印记录%(jobs)d份，台账%(ledger)d份")) % told,
        )
    for place, (_copies, reprint, reason) in enumerate(paper.jobs):
        if (reprint or place) and not reason.strip():
            yield Kind.REPRINT_WITHOUT_REASON, str(_("第%d次打印")) % (place + 1)
    lost = [copy.n for copy in paper.copies if copy.spoiled and not copy.replaced]
    if lost and paper.valid:
        yield Kind.SPOILED_NOT_REPLACED, _named(lost)


def _of_seals(paper: Paper, limits: Limits) -> Found:
    held = Counter(copy.seal_entry or 0 for copy in paper.copies if copy.sealed)
    for entry, registered in paper.seals:
        if held.pop(entry, 0) != registered:
            told = {"entry": entry, "copies": registered}
            yield Kind.SEALED_DIFFER, str(_("用印登记%(entry)d：%(copies)d份")) % told
    for entry, copies in held.items():
        told = {"entry": entry, "copies": copies}
        yield Kind.SEALED_DIFFER, str(_("用印登记%(entry)d未登记，台账%(copies)d份")) % told
    if not paper.needs_seal:
        return
    live = [copy for copy in paper.copies if not copy.spoiled]
    early = [copy.n for copy in live if copy.delivered and not copy.sealed]
    if early:
        yield Kind.HANDED_UNSEALED, _named(early)
    late = [
        copy.n
        for copy in live
        if not copy.sealed and not copy.delivered and copy.printed_on <= limits.seal_by
    ]
    if late and paper.valid:
        yield Kind.NOT_SEALED, _named(late)


def _of_deliveries(paper: Paper, limits: Limits) -> Found:
    spoiled = [copy.n for copy in paper.copies if copy.spoiled and copy.delivered]
    if spoiled:
        yield Kind.HANDED_SPOILED, _named(spoiled)
    late = [
        copy.n
        for copy in paper.copies
        if not (copy.spoiled or copy.file_copy or copy.delivered)
        and copy.printed_on <= limits.hand_over_by
    ]
    if late and paper.valid:
        yield Kind.NOT_HANDED_OVER, _named(late)
    elif paper.valid and _nobody_gets_it(paper, limits):
        yield Kind.NOT_HANDED_OVER, str(_("没有印主送的份"))
    for recipient, handed_on in paper.under_way:
        if handed_on <= limits.prove_by:
            yield Kind.NO_PROOF, f"{recipient}，{handed_on.isoformat()}"


def _nobody_gets_it(paper: Paper, limits: Limits) -> bool:
    """Copies for the file only: the party never sees the decision (minutes go to nobody)."""
    live = [copy for copy in paper.copies if not copy.spoiled]
    printed_late = any(copy.printed_on <= limits.hand_over_by for copy in live)
    return paper.needs_seal and printed_late and not any(copy.to_addressee for copy in live)


def _named(numbers: Sequence[int]) -> str:
    """The first few copies by number."""
    shown = "、".join(f"{n:06d}" for n in numbers[:5])
    return str(_("份号%s")) % shown + ("…" if len(numbers) > 5 else "")
