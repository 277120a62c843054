"""The archive package of a case, and each planted fault found and named."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NullObject

from approvals.applications.errors import WrongStateError
from approvals.archive.checking import NoPackageError, check
from approvals.archive.package import Incomplete, archive_case
from documents import files
from documents import services as documents
from documents.models import Document
from journal.models import Entry
from tests.decisions.test_deciding import sign

pytestmark = pytest.mark.django_db
Members = dict[str, bytes]


@pytest.fixture
def case(jiaxing):
    """Decided, its papers made, and closed."""
    decision = sign(jiaxing, jiaxing.filed("recognition", "nanhu"))
    case = decision.application
    for document in Document.objects.filter(case_stream=case.stream):
        documents.render(document.pk)
    case.refresh_from_db()
    assert case.closed_at is not None
    return case


def unpacked(content: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(members: Members, path):
    with zipfile.ZipFile(path, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)
    return path


def edited(members: Members, name: str, change: Callable) -> None:
    told = json.loads(members[name])
    change(told)
    members[name] = json.dumps(told, ensure_ascii=False).encode()


def first_paper(members: Members) -> str:
    return next(name for name in sorted(members) if name.startswith("documents/"))


def plain_copy(content: bytes, *, script: bool = False) -> bytes:
    """The pages without PDF/A, signature and record, as a careless program saves them."""
    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(content)).pages:
        writer.add_page(page)
    if script:
        action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): NullObject()}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _drop_paper(members: Members) -> None:
    del members[first_paper(members)]


def _drop_paper_everywhere(members: Members) -> None:
    """Somebody takes a paper out of package, manifest and metadata: the journal still tells of it."""
    path = first_paper(members)
    del members[path]
    edited(
        members,
        "manifest.json",
        lambda told: told.update(files=[f for f in told["files"] if f["path"] != path]),
    )
    edited(
        members,
        "metadata.json",
        lambda told: told.update(documents=[d for d in told["documents"] if d["path"] != path]),
    )


def _flip(members: Members) -> None:
    path = first_paper(members)
    content = bytearray(members[path])
    content[len(content) // 2] ^= 1
    members[path] = bytes(content)


def _attachment(members: Members) -> None:
    path = next(name for name in sorted(members) if name.startswith("attachments/"))
    members[path] += b"x"


FAULTS: dict[str, tuple[Callable[[Members], None], set[str]]] = {
    "a file is missing": (lambda m: m.pop("metadata.html"), {"missing-file"}),
    "a paper is missing": (_drop_paper, {"missing-document", "missing-file"}),
    "a paper was never there": (_drop_paper_everywhere, {"missing-document", "altered-file"}),
    "a byte of a paper": (_flip, {"altered-document", "altered-file"}),
    "a material was changed": (_attachment, {"altered-attachment", "altered-file"}),
    "a file nobody listed": (lambda m: m.update({"note.txt": b"x"}), {"unlisted-file"}),
    "an entry of the journal is cut out": (
        lambda m: edited(m, "journal.json", lambda told: told["entries"].pop(2)),
        {"journal-gap"},
    ),
    "the journal's tail is cut off": (
        lambda m: edited(m, "journal.json", lambda told: told["entries"].pop()),
        {"journal-gap"},
    ),
    "an entry was rewritten": (
        lambda m: edited(
            m, "journal.json", lambda told: told["entries"][1].update(actor_name="别人")
        ),
        {"journal-altered"},
    ),
    "a number is missing": (
        lambda m: edited(m, "register.json", lambda told: told[0].update(last=told[0]["last"] + 1)),
        {"number-gap"},
    ),
    "the case's own number is missing": (
        lambda m: edited(m, "register.json", lambda told: told[0].update(numbers=[], last=0)),
        {"missing-number"},
    ),
    "a paper is no PDF/A": (
        lambda m: m.update({first_paper(m): plain_copy(m[first_paper(m)])}),
        {"not-pdfa", "no-record", "other-signatures"},
    ),
    "a paper holds a script": (
        lambda m: m.update({first_paper(m): plain_copy(m[first_paper(m)], script=True)}),
        {"active-content"},
    ),
    "a paper is no PDF": (lambda m: m.update({first_paper(m): b"hello"}), {"no-pdf"}),
    "a title in the metadata": (
        lambda m: edited(
            m, "metadata.json", lambda told: told["documents"][0].update(title="别的")
        ),
        {"record-differs"},
    ),
    "a name that leads out": (lambda m: m.update({"../x": b"x"}), {"unsafe-path"}),
}


def test_every_planted_fault_is_named(case, tmp_path):
    content = archive_case(case, by=None)
    whole = tmp_path / "whole.zip"
    whole.write_bytes(content)
    assert check(whole).faults == []
    missed = {}
    for title, (plant, wanted) in FAULTS.items():
        members = unpacked(content)
        plant(members)
        found = {fault.code for fault in check(packed(members, tmp_path / "x.zip")).faults}
        if not wanted <= found:
            missed[title] = (wanted, found)
    assert missed == {}


def test_the_package_holds_what_the_case_is_made_of(case):
    members = unpacked(archive_case(case, by=None))
    told = json.loads(members["metadata.json"])
    assert told["case"]["number"] == case.number
    assert told["case"]["opinions"]
    assert len(told["attachments"]) == case.attachments.count() > 0
    numbers = {row["number"] for row in told["documents"]}
    assert numbers == set(
        Document.objects.filter(case_stream=case.stream).values_list("number", flat=True)
    )
    for row in told["documents"]:
        assert files.digest(members[row["path"]]) == row["sha256"]
    assert case.number in members["metadata.html"].decode()
    told = Entry.objects.filter(stream__key=case.stream, verb="case_archived").get()
    assert len(told.data["sha256"]) == 64


def test_a_bomb_and_a_doubled_name_are_refused(tmp_path, case):
    members = unpacked(archive_case(case, by=None))
    path = packed(members, tmp_path / "x.zip")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("note.txt", b"0" * 5_000_000)
        with pytest.warns(UserWarning, match="Duplicate"):
            package.writestr("metadata.json", b"{}")
    found = {fault.code for fault in check(path).faults}
    assert {"bomb", "double"} <= found


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("manifest.json", lambda told: told.update(files=[None])),
        ("metadata.json", lambda told: told.update(documents=["x"])),
        ("metadata.json", lambda told: told.update(attachments=7)),
        ("register.json", lambda told: told[0].pop("numbers")),
        ("register.json", lambda told: told[0].update(last="x")),
        ("journal.json", lambda told: told.update(entries=[{"position": 1, "data": []}])),
    ],
)
def test_a_member_of_another_shape_is_a_fault_not_a_breakdown(case, tmp_path, name, change):
    members = unpacked(archive_case(case, by=None))
    edited(members, name, change)
    assert check(packed(members, tmp_path / "odd.zip")).faults


def test_an_endless_last_number_is_a_gap_and_costs_nothing(case, tmp_path):
    members = unpacked(archive_case(case, by=None))
    edited(members, "register.json", lambda told: told[0].update(last=10**30))
    faults = check(packed(members, tmp_path / "odd.zip")).faults
    assert "number-gap" in {fault.code for fault in faults}


def test_a_damaged_member_is_named(case, tmp_path):
    """A byte inside a packed member: what unpacks it must not bring the check down."""
    content = archive_case(case, by=None)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        member = package.getinfo("metadata.json")
    for at in range(member.header_offset + 60, member.header_offset + 80):
        damaged = bytearray(content)
        damaged[at] ^= 0xFF
        path = tmp_path / "damaged.zip"
        path.write_bytes(damaged)
        named = {fault.path for fault in check(path).faults}
        assert "metadata.json" in named


def test_what_is_no_package_is_said_to_be_none(tmp_path):
    path = tmp_path / "x.zip"
    path.write_bytes(b"hello")
    with pytest.raises(NoPackageError):
        check(path)
    with pytest.raises(NoPackageError):
        check(packed({"a.txt": b"x"}, path))


def test_a_running_case_and_one_with_a_lost_paper_are_not_archived(jiaxing, case):
    with pytest.raises(WrongStateError):
        archive_case(jiaxing.filed("recognition", "nanhu"), by=None)
    document = Document.objects.filter(case_stream=case.stream).first()
    files.path_of(document.pdf_sha256).unlink()
    with pytest.raises(Incomplete, match="原件"):
        archive_case(case, by=None)
    assert not Entry.objects.filter(verb="case_archived").exists()


def test_the_commands_pack_and_check(case, tmp_path, capsys):
    out = tmp_path / "case.zip"
    call_command("archive_case", case.number, "--out", str(out), "--json")
    assert json.loads(capsys.readouterr().out)["case"] == case.number
    call_command("check_archive", str(out), "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["properties"] == dict.fromkeys(
        ["authenticity", "completeness", "usability", "safety"], True
    )
    members = unpacked(out.read_bytes())
    _drop_paper(members)
    packed(members, out)
    with pytest.raises(CommandError, match="faults"):
        call_command("check_archive", str(out))
    assert "missing-document" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no case"):
        call_command("archive_case", "没有", "--out", str(out))


def test_the_archive_downloads_and_others_do_not(client, case, jiaxing):
    client.force_login(jiaxing.user("archive"))
    assert "下载归档包" in client.get(f"/applications/{case.pk}/").content.decode()
    answer = client.post(f"/applications/{case.pk}/archive/")
    assert answer["Content-Type"] == "application/zip"
    client.force_login(jiaxing.user("reviewer"))
    assert "下载归档包" not in client.get(f"/applications/{case.pk}/").content.decode()
    assert client.post(f"/applications/{case.pk}/archive/").status_code == 403
