"""The static style page: every component of docs/design.md once, filled with invented cases."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace

from django import forms
from django.template import engines

PHASES = [
    ("county_review", "县级审核", -2),
    ("correction", "待补正", 1),
    ("intake", "受理", 0),
    ("done_yes", "已认定", None),
    ("done_no", "不予认定", 6),
]
PLACES = [
    ("/tasks/", "待办"),
    ("/applications/", "我的申报"),
    ("/programs/", "申报项目"),
    ("/print/", "打印室"),
    ("/administration/", "系统管理"),
    ("/verify/", "公开核验"),
]


class VenueForm(forms.Form):
    """One field of each widget the forms of the house use."""

    area = forms.DecimalField(
        label="孵化场地面积（平方米）", min_value=3000, help_text="自有或租期 5 年以上的场地"
    )
    county = forms.ChoiceField(
        label="所在县（市、区）", choices=[("nh", "南湖区"), ("hn", "海宁市")]
    )
    kind = forms.ChoiceField(
        label="场地性质", choices=[("own", "自有"), ("rent", "租用")], widget=forms.RadioSelect
    )
    fields_of_work = forms.MultipleChoiceField(
        label="专业领域",
        required=False,
        choices=[("a", "集成电路"), ("b", "生物医药")],
        widget=forms.CheckboxSelectMultiple,
    )
    remarks = forms.CharField(label="运营情况说明", required=False, widget=forms.Textarea)
    scan = forms.FileField(
        label="场地证明",
        required=False,
        help_text="PDF，不超过 20 MB",
        widget=forms.ClearableFileInput,
    )
    truthful = forms.BooleanField(label="以上内容真实有效")


def page(*, elder: bool = False) -> str:
    """The HTML of the style page, in the light of the given mode."""
    template = engines["django"].from_string((Path(__file__).parent / "gallery.html").read_text())
    return template.render(
        {
            "navigation": SimpleNamespace(
                links=[
                    SimpleNamespace(address=a, label=t, current=a == "/tasks/") for a, t in PLACES
                ],
                posts=["受理人员", "复核人员"],
                elder=elder,
                at_home=False,
            ),
            "request": SimpleNamespace(get_full_path="/gallery/"),
            "user": SimpleNamespace(is_authenticated=True, username="wang", name="王建国"),
            "form": VenueForm(
                {"area": "2800", "county": "nh", "kind": "", "remarks": "设有公共实验室"}
            ),
            "rows": [
                {
                    "number": f"JX-J03-2026-000{n}",
                    "name": "桐乡市清华长三角科技企业孵化器有限公司",
                    "phase": phase,
                    "phase_label": label,
                    "left": left,
                    "day": date(2027, 1, 5) if left is not None else None,
                    "provisional": left == 6,
                }
                for n, (phase, label, left) in enumerate(PHASES)
            ],
            "steps": [
                {"title": "提交", "state": "done", "remark": "11-02"},
                {"title": "县（市、区）审核", "state": "skipped", "remark": "市直单位，不适用"},
                {"title": "受理", "state": "current", "remark": "示例市科技局"},
                {"title": "专家评审", "state": "", "remark": ""},
                {"title": "公示", "state": "", "remark": "5 个工作日"},
                {"title": "签发", "state": "failed", "remark": ""},
                {"title": "办结", "state": "", "remark": ""},
            ],
            "sum": [
                {
                    "step": "自有资金投入",
                    "expression": "387万元 × 20%",
                    "value": "774,000.00",
                    "clause": "示例办法第六条",
                },
                {
                    "step": "封顶",
                    "expression": "≤ 1,000,000",
                    "value": "774,000.00",
                    "clause": "示例办法第六条第二款",
                },
            ],
        }
    )
