"""A place in a content document as people say it: ``body[3].rows[1]`` is 正文第4段，表格第2行."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WHOLE = "$"
"""The path of what concerns the document as a whole."""
_PART = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")
_NAMES = {
    WHOLE: gettext_lazy("全文"),
    "format": gettext_lazy("版式"),
    "organs": gettext_lazy("发文机关"),
    "number": gettext_lazy("文号"),
    "copy_no": gettext_lazy("份号"),
    "urgency": gettext_lazy("紧急程度"),
    "signer": gettext_lazy("签发人"),
    "title": gettext_lazy("标题"),
    "addressees": gettext_lazy("主送机关"),
    "body": gettext_lazy("正文"),
    "text": gettext_lazy("文字"),
    "kind": gettext_lazy("种类"),
    "header": gettext_lazy("表头"),
    "table": gettext_lazy("表格"),
    "rows": gettext_lazy("各行"),
    "annexes": gettext_lazy("附件"),
    "landscape": gettext_lazy("横排"),
    "date": gettext_lazy("成文日期"),
    "seal": gettext_lazy("印章"),
    "stamped": gettext_lazy("是否用印"),
    "note": gettext_lazy("附注"),
    "imprint": gettext_lazy("版记"),
    "copies_to": gettext_lazy("抄送机关"),
    "printed_by": gettext_lazy("印发机关"),
    "printed_on": gettext_lazy("印发日期"),
    "verify_code": gettext_lazy("核验码"),
    "draft": gettext_lazy("送审稿"),
    "specimen": gettext_lazy("样张"),
    "record": gettext_lazy("附带数据"),
    "holder": gettext_lazy("持有人"),
    "amount": gettext_lazy("金额"),
    "public_url": gettext_lazy("核验网址"),
    "mark": gettext_lazy("签章样式"),
    "attendance": gettext_lazy("出席情况"),
    "present": gettext_lazy("出席"),
    "absent": gettext_lazy("请假"),
    "observers": gettext_lazy("列席"),
    "recorder": gettext_lazy("记录"),
    "validity": gettext_lazy("有效期"),
    "plaque": gettext_lazy("牌匾"),
    "width_mm": gettext_lazy("宽"),
    "height_mm": gettext_lazy("高"),
}
_COUNTED = {
    "body": gettext_lazy("正文第%d段"),
    "annexes": gettext_lazy("附件%d"),
    "rows": gettext_lazy("表格第%d行"),
    "header": gettext_lazy("表头第%d栏"),
}


def _name(key: str, *, inside: bool) -> str:
    """A key in words; English begins a sentence with it, or goes on."""
    if key not in _NAMES:
        return key
    name = str(_NAMES[key])
    return name[:1].lower() + name[1:] if inside else name


def said(path: str) -> str:
    """The path in words, people counting from one; a key nobody knows stands as it is written.

    A path whose keys hold dots or brackets is somebody's own invention and is left alone.
    """
    parts = list(_PART.finditer(path))
    words: list[str] = []
    for position, part in enumerate(parts):
        key, index = part.groups()
        before = parts[position - 1].group(1) if position else None
        if key is not None:
            words.append(_name(key, inside=bool(words)))
        elif before in _COUNTED:
            counted = str(_COUNTED[before]) % (int(index) + 1)
            words[-1] = counted if len(words) > 1 else counted[:1].upper() + counted[1:]
        elif before is None:
            words.append(_("第%d栏") % (int(index) + 1))
        else:
            words[-1] = _("%(name)s第%(place)d项") % {"name": words[-1], "place": int(index) + 1}
    return _("，").join(words)
