"""The register of numbers: search, pages, workbook, printed volumes; numbers at the year's turn."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from pypdf import PdfReader

import clock
from documents import registers, services
from documents.models import Document, NumberSeries, RegisterEntry
from documents.register_workbook import register_workbook
from documents.registers import Wanted

pytestmark = pytest.mark.django_db
REGISTER = "/print/register/"


@pytest.fixture
def desk(client, printer):
    client.force_login(printer)
    return client


def shown(desk, **asked):
    return [entry.n for entry in desk.get(REGISTER, asked).context["entries"]]


def test_a_clock_that_passes_midnight_within_the_act_keeps_number_day_and_year_together(
    issue, monkeypatch
):
    """Each reading of the clock is a second later: the first decides, before midnight or after."""
    for start, year in ((59, 2026), (60, 2027)):
        moment = datetime(2026, 12, 31, 23, 59, tzinfo=clock.BEIJING) + timedelta(seconds=start)
        readings = iter(moment + timedelta(seconds=n) for n in range(100))
        monkeypatch.setattr(clock, "now", lambda readings=readings: next(readings))
        document = issue()
        assert document.entry.series.year == document.date.year == year
        assert document.content["date"][:4] == document.number[3:7] == str(year)
        assert document.issued_at == document.entry.taken_at


def test_the_register_is_searched_by_number_title_day_and_state(desk, issue, printer):
    first = issue(title="示例市第一件通知")
    with clock.at(clock.now() + timedelta(days=3)):
        second = issue()
    services.void(second, reason="姓名有误", by=printer)
    assert shown(desk) == [2, 1]
    assert shown(desk, q=first.number) == [1]
    assert shown(desk, q="第一件") == [1]
    assert shown(desk, state="void") == [2]
    assert shown(desk, state="valid") == [1]
    assert shown(desk, since=second.date.isoformat()) == [2]
    assert shown(desk, until=first.date.isoformat()) == [1]
    assert shown(desk, code="示测", year=first.date.year) == [2, 1]
    assert shown(desk, code="无") == []


@pytest.mark.parametrize(
    "asked", [{"since": "x"}, {"state": "x"}, {"year": "x"}, {"until": "2026-02-30"}]
)
def test_nonsense_does_not_narrow(desk, issue, asked):
    issue()
    assert shown(desk, **asked) == [1]


def many(document, count):
    """Rows like this document's, without the cost of issuing them."""
    series = document.entry.series
    entries = RegisterEntry.objects.bulk_create(
        RegisterEntry(series=series, n=n, taken_at=document.entry.taken_at)
        for n in range(2, count + 1)
    )
    fields = {f.name: getattr(document, f.name) for f in Document._meta.concrete_fields}
    unlike = ("id", "entry", "number", "verify_code")
    same = {name: value for name, value in fields.items() if name not in unlike}
    Document.objects.bulk_create(
        Document(**same, entry=entry, number=f"{series}{entry.n}号", verify_code=f"{entry.n:020d}")
        for entry in entries
    )
    NumberSeries.objects.filter(pk=series.pk).update(last=count)


@pytest.mark.parametrize("count", [1, 200])
def test_the_register_costs_ten_statements_at_1_and_at_200_numbers(
    desk, issue, count, django_assert_num_queries
):
    many(issue(), count)
    desk.get(REGISTER)  # the first request of a while renews the session
    with django_assert_num_queries(10):
        assert len(desk.get(REGISTER).context["entries"]) == min(count, 25)


def test_the_register_goes_on_page_by_page(desk, issue):
    many(issue(), 60)
    address, seen = REGISTER, []
    while address:
        page = desk.get(address)
        seen += [entry.n for entry in page.context["entries"]]
        address = page.context["next_url"] and REGISTER + page.context["next_url"]
    assert seen == list(range(60, 0, -1))


def texts(response):
    return texts_of(response.content)


def texts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read("xl/sharedStrings.xml").decode()


def test_the_workbook_holds_what_the_page_was_asked_for(desk, issue):
    first, second = issue(title="示例市第一件通知"), issue()
    held = texts(desk.get("/print/register.xlsx", {"q": "第一件"}))
    assert first.number in held
    assert second.number not in held


def sheet_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


def test_days_are_days_and_pages_numbers_in_the_workbook(bureau, printer, issue):
    document = issue()
    Document.objects.filter(pk=document.pk).update(pages=3)
    sheet = sheet_of(register_workbook([bureau.city], printer))
    day = (document.date - date(1899, 12, 30)).days
    assert f"<v>{day}</v>" in re.search(r'<c r="E2"[^>]*>.*?</c>', sheet)[0]
    moment = float(re.search(r'<c r="F2"[^>]*><v>([\d.]+)', sheet)[1])
    assert moment == pytest.approx(day + moment % 1)
    assert "<v>3</v>" in re.search(r'<c r="G2"[^>]*>.*?</c>', sheet)[0]


def test_the_workbook_keeps_its_head_in_sight_and_prints_it_on_every_page(bureau, printer, issue):
    issue()
    content = register_workbook([bureau.city], printer)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = book.read("xl/workbook.xml").decode()
    assert "_xlnm.Print_Titles" in names
    assert "$A$1:$I$2" in names  # not the digests
    sheet = sheet_of(content)
    assert 'state="frozen"' in sheet
    assert "发文登记簿" in re.search("<oddHeader>.*?</oddHeader>", sheet)[0]


def test_a_long_title_finds_a_row_as_high_as_it_needs(bureau, printer, issue):
    issue(title="短")
    issue(title="示" * 60)
    sheet = sheet_of(register_workbook([bureau.city], printer))
    low, high = (float(one) for one in re.findall(r'<row r="[23]"[^>]* ht="([\d.]+)"', sheet))
    assert high == 3 * low


def test_a_row_is_never_higher_than_a_workbook_knows(bureau, printer, issue):
    issue(addressees=["示例市第一科技企业孵化器运营管理有限公司"] * 60)
    (height,) = re.findall(
        r'<row r="2"[^>]* ht="([\d.]+)"', sheet_of(register_workbook([bureau.city], printer))
    )
    assert float(height) <= 409


def test_a_reason_with_a_character_of_no_font_does_not_keep_the_volume_off_paper(
    desk, issue, printer
):
    document = issue()
    services.void(document, reason="重复\u202e编号\U00032f87", by=printer)
    asked = {"code": "示测", "year": document.date.year}
    answer = desk.get("/print/register.pdf", asked)
    assert answer.status_code == 200
    text = "".join(PdfReader(io.BytesIO(answer.content)).pages[0].extract_text().split())
    assert "重复编号〔U+32F87〕" in text


def whom(bureau, reader):
    """发往 of every number, as the printed volume and the workbook tell it."""
    (number,) = {entry.series.year for entry in registers.entries([bureau.city], reader)}
    book = registers.volume([bureau.city], reader, "示测", number, 1)
    told = [row[2] for row in book.content["body"][1]["rows"]]
    ordered = registers.entries([bureau.city], reader).order_by("n")
    assert told == [registers.for_whom(entry) for entry in ordered]
    return told


def test_the_register_says_for_whom_each_number_was_taken(bureau, printer, issue):
    issue(addressees=["示例一区科技局", "示例二区科技局"])
    issue(addressees=[])
    Document.objects.update(holder_masked="示例测试有限公司")
    assert whom(bureau, printer) == ["示例一区科技局，示例二区科技局", "示例测试有限公司"]


def test_a_masked_holder_stays_masked_in_the_register(bureau, printer, issue):
    """A person who objected is addressed by name; the register does not tell it."""
    document = issue(addressees=["示例甲"])
    Document.objects.filter(pk=document.pk).update(holder_masked="示例*")
    assert whom(bureau, printer) == ["示例*"]
    assert "示例甲" not in texts_of(register_workbook([bureau.city], printer))


def test_who_is_kept_from_the_paper_reads_the_number_without_its_addressee(bureau, printer, issue):
    document = issue(addressees=["示例一区科技局"])
    document.withheld_from.add(printer)
    assert whom(bureau, printer) == [""]
    held = texts_of(register_workbook([bureau.city], printer))
    assert document.number in held
    assert "示例一区科技局" not in held


def test_a_title_is_no_formula_in_the_workbook(bureau, issue, printer):
    """Whatever a title begins with: =, +, -, @."""
    for title in ("=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(0)"):
        issue(title=title)
    with zipfile.ZipFile(io.BytesIO(register_workbook([bureau.city], printer))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet


def test_a_year_is_printed_as_a_volume_with_its_voids(desk, issue, printer):
    issue(title="示例市第一件通知", specimen=True)
    services.void(issue(), reason="姓名有误", by=printer)
    year = clock.today().year
    response = desk.get("/print/register.pdf", {"code": "示测", "year": year})
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages)
    for words in (f"{year}年度发文登记簿", "示例市第一件通知", "姓名有误", "共2个编号", "样张"):
        assert words in "".join(text.split())
    assert (
        desk.get("/print/register.pdf", {"code": "示测", "year": year, "volume": 2}).status_code
        == 404
    )
    assert desk.get("/print/register.pdf", {"code": "示测"})["Location"] == "/print/register/"


def test_a_volume_holds_three_hundred_numbers(issue, bureau, printer):
    document = issue()
    many(document, 301)
    year = document.date.year
    first = registers.volume([bureau.city], printer, "示测", year, 1)
    second = registers.volume([bureau.city], printer, "示测", year, 2)
    assert (first.first, first.last, second.first, second.last) == (1, 300, 301, 301)
    assert registers.volume([bureau.city], printer, "示测", year, 3) is None


def test_another_city_finds_nothing_of_it(client, printer_elsewhere, issue):
    document = issue()
    client.force_login(printer_elsewhere)
    assert shown(client) == []
    asked = {"code": "示测", "year": document.date.year}
    assert client.get(reverse("documents:register_volume"), asked).status_code == 404
    assert document.number not in texts(client.get("/print/register.xlsx"))
    assert registers.register_page(["样例市"], printer_elsewhere, Wanted()).rows == []
