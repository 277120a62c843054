"""Lays one page over another inside a PDF that shares the pages' streams between copies.

pypdf's `merge_page` writes into the stream it finds, which all copies of a page have in common: the
first copy's number would stand on every copy. Here the page gets contents and resources of its own.
"""

from __future__ import annotations

from pypdf import PageObject, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    PdfObject,
    StreamObject,
)

_NAME = "/CopyNumber"


def lay_over(writer: PdfWriter, page: PageObject, over: PageObject) -> None:
    """Draws `over` on top of `page`, a page of `writer`; others of its kind stay as they are."""
    page[NameObject("/Resources")] = _with_form(page, writer._add_object(_form(writer, over)))
    streams = page.get("/Contents")
    found = streams.get_object() if streams is not None else ArrayObject()
    drawn = list(found) if isinstance(found, ArrayObject) else [page.raw_get("/Contents")]
    before, after = _stream(b"q"), _stream(f"Q q {_NAME} Do Q".encode())
    page[NameObject("/Contents")] = ArrayObject(
        [writer._add_object(before), *drawn, writer._add_object(after)]
    )


def _stream(data: bytes) -> StreamObject:
    made = DecodedStreamObject()
    made.set_data(data)
    return made


def _form(writer: PdfWriter, over: PageObject) -> StreamObject:
    """The page as a form that can be drawn, with its own fonts."""
    contents = over.get_contents()
    form = _stream(contents.get_data() if contents is not None else b"")
    form[NameObject("/Type")] = NameObject("/XObject")
    form[NameObject("/Subtype")] = NameObject("/Form")
    form[NameObject("/BBox")] = ArrayObject(over.mediabox)
    form[NameObject("/Resources")] = over["/Resources"].clone(writer)
    return form


def _with_form(page: PageObject, form: PdfObject) -> DictionaryObject:
    """The page's resources and the form, in a dictionary of its own."""
    resources = page["/Resources"].get_object()
    own = DictionaryObject(resources if isinstance(resources, DictionaryObject) else {})
    forms = own.get("/XObject")
    own[NameObject("/XObject")] = DictionaryObject(
        {**(forms.get_object() if forms is not None else {}), NameObject(_NAME): form}
    )
    return own
