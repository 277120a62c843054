"""A real parse for every kind of file we take: damaged, disguised and bomb files fail here.

The parsers are other people's code that meets hostile input, so whatever they raise is a refusal,
never a server error.
"""

from __future__ import annotations

import zipfile
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from approvals.applications.files.refusal import FileRefusedError

MAX_PIXELS = 60_000_000
"""Width times height; a scan of A3 at 400 dpi has 31 million. More is a pixel flood."""

MAX_PAGES = 1_000
MAX_ENTRIES = 2_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 100
"""Unpacked to packed bytes of an Office file: beyond is a zip bomb (reliability: measured)."""


def pdf(stream: BinaryIO) -> None:
    """A PDF that opens without a password, runs no script, and is nothing besides a PDF."""
    _refuse_second_nature(stream)
    try:
        reader = PdfReader(stream, strict=False)
        encrypted = reader.is_encrypted
        pages = 0 if encrypted else len(reader.pages)
        active = False if encrypted else _has_active_content(reader)
    except Exception as error:  # pypdf raises many kinds on hostile bytes
        raise _unreadable() from error
    if encrypted:
        raise FileRefusedError("encrypted", _("PDF 设有密码，请取消密码后重新上传。"))
    if not 0 < pages <= MAX_PAGES:
        raise FileRefusedError(
            "pages", _("PDF 须为 1 至 %(limit)s 页，请检查或拆分后上传。") % {"limit": MAX_PAGES}
        )
    if active:
        raise FileRefusedError(
            "active_content", _("PDF 含脚本或内嵌文件，请用“打印为 PDF”另存后上传。")
        )


def _has_active_content(reader: PdfReader) -> bool:
    """Scripts and embedded files: nothing an application needs, everything an attacker wants."""
    root = reader.root_object
    names = root.get("/Names")
    names = names.get_object() if names is not None else None
    if isinstance(names, DictionaryObject) and {"/JavaScript", "/EmbeddedFiles"} & names.keys():
        return True
    action = root.get("/OpenAction")
    action = action.get_object() if action is not None else None
    return isinstance(action, DictionaryObject) and action.get("/S") in {"/JavaScript", "/Launch"}


def jpeg(stream: BinaryIO) -> None:
    """A JPEG picture of sane dimensions."""
    _picture(stream, {"JPEG", "MPO"})


def png(stream: BinaryIO) -> None:
    """A PNG picture of sane dimensions."""
    _picture(stream, {"PNG"})


def _picture(stream: BinaryIO, formats: set[str]) -> None:
    _refuse_second_nature(stream)
    try:
        with Image.open(stream) as picture:
            width, height = picture.size
            true_format = picture.format
    except Image.DecompressionBombError as error:
        raise FileRefusedError("pixel_flood", _("图片像素过大，请缩小后上传。")) from error
    except Exception as error:  # Pillow raises many kinds on hostile bytes
        raise _unreadable() from error
    if true_format not in formats:
        raise FileRefusedError("content_differs", _("图片内容与扩展名不符，请另存后重新上传。"))
    if width * height > MAX_PIXELS:
        raise FileRefusedError(
            "pixel_flood",
            _("图片为 %(width)s×%(height)s 像素，过大，请缩小后上传。")
            % {"width": width, "height": height},
        )
    stream.seek(0)
    try:
        with Image.open(stream) as picture:
            picture.load()
    except Exception as error:  # a truncated or damaged picture
        raise _unreadable() from error


def docx(stream: BinaryIO) -> None:
    """A Word document without macros."""
    _office(stream, "word/document.xml")


def xlsx(stream: BinaryIO) -> None:
    """An Excel workbook without macros."""
    _office(stream, "xl/workbook.xml")


def _office(stream: BinaryIO, main_part: str) -> None:
    """The directory is judged before anything is unpacked."""
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
    except Exception as error:  # a damaged archive
        raise _unreadable() from error
    names = {entry.filename for entry in entries}
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * packed:
        raise FileRefusedError("zip_bomb", _("文件解压后过大，请改为 PDF 后上传。"))
    if any(".." in name.split("/") or name.startswith(("/", "\\")) for name in names):
        raise FileRefusedError("zip_slip", _("文件内部路径不合规，请用 Office 另存后上传。"))
    if "[Content_Types].xml" not in names or main_part not in names:
        raise FileRefusedError(
            "content_differs", _("文件内容与扩展名不符，请用 Office 另存后上传。")
        )
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileRefusedError("macro", _("文件含宏，请去掉宏或改为 PDF 后上传。"))


def _refuse_second_nature(stream: BinaryIO) -> None:
    """A PDF or picture that is a ZIP archive too (polyglot) is two files in one."""
    stream.seek(0)
    if zipfile.is_zipfile(stream):
        raise FileRefusedError("polyglot", _("文件中夹带了压缩包，请另存为干净的文件后上传。"))
    stream.seek(0)


def _unreadable() -> FileRefusedError:
    return FileRefusedError("unreadable", _("文件已损坏或无法打开，请检查后重新上传。"))
