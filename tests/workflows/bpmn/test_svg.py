"""The drawing: well-formed, deterministic, fit for a strict CSP, and every element can be found in it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.bpmn.checking import AND, OR, PERSON, ROBOT, XOR
from tests.workflows.diagrams import diagram
from workflows.bpmn import read
from workflows.bpmn.model import ProcessModel
from workflows.bpmn.svg import draw
from workflows.bpmn.svg_text import width_of, wrapped

SVG = "{http://www.w3.org/2000/svg}"


def model(**more: str) -> ProcessModel:
    nodes = {
        "start": {"name": "申报"},
        "x": XOR,
        "panel": {**PERSON, "name": "专家评审", "multi": {"collection": "experts"}, **more},
        "late": {
            "kind": "boundaryEvent",
            "attached_to": "panel",
            "timer": "P5D",
            "interrupting": False,
        },
        "robot": ROBOT,
        "err": {"kind": "boundaryEvent", "attached_to": "robot", "error": "E"},
        "s": AND,
        "o": OR,
        "sub": {
            "kind": "subProcess",
            "nodes": {"i": {"kind": "startEvent"}, "e": {"kind": "endEvent"}},
            "flows": [("i", "e")],
        },
        "call": {"kind": "callActivity", "called": "flow"},
        "end": {},
        "end2": {"event": "terminate"},
    }
    flows = [("start", "x"), ("x", "panel", {"condition": "=a", "name": "是"}), ("x", "robot", {"default": True}), ("panel", "s"),
             ("robot", "s"), ("s", "o"), ("o", "sub"), ("sub", "call"), ("call", "end"), ("late", "end2"), ("err", "end2")]  # fmt: skip
    lanes = {
        "l1": {"name": "县（市、区）", "role": "county", "nodes": ["start", "x", "panel", "late"]}
    }
    read_model = read(diagram(nodes, flows, lanes=lanes).encode(), "x.bpmn").model
    assert read_model is not None
    return read_model


def test_every_node_arrow_and_lane_is_a_group_with_a_title() -> None:
    drawn = model()
    root = ET.fromstring(draw(drawn))
    groups = {g.get("data-element"): g for g in root.iter(f"{SVG}g") if g.get("data-element")}
    assert set(groups) == {*drawn.nodes, *drawn.flows, *drawn.lanes}
    assert all(group.find(f"{SVG}title") is not None for group in groups.values())


def test_marks_show_where_the_case_is() -> None:
    root = ET.fromstring(
        draw(
            model(),
            live=frozenset({"panel"}),
            done=frozenset({"start", "start_to_x", "panel"}),
            skipped=frozenset({"robot"}),
            counts={"panel": "2/5"},
        )
    )
    classes = {g.get("data-element"): g.get("class", "").split() for g in root.iter(f"{SVG}g")}
    assert "flow-live" in classes["panel"]
    assert "flow-done" not in classes["panel"], "live wins: the step is open again"
    assert "flow-done" in classes["start"]
    assert "flow-done" in classes["start_to_x"]
    assert "flow-skipped" in classes["robot"]
    live = next(g for g in root.iter(f"{SVG}g") if g.get("data-element") == "panel")
    assert "办理中" in (live.findtext(f"{SVG}title") or "")
    assert live.find(f"{SVG}rect").get("fill") == "#fff1cc", (
        "a PDF does not see the page's style sheet"
    )
    assert "2/5" in {text.text for text in root.iter(f"{SVG}text")}


def test_a_strict_csp_allows_it_and_weasyprint_turns_nothing_wrong() -> None:
    root = ET.fromstring(draw(model()))
    for element in root.iter():
        assert element.tag.removeprefix(SVG) not in {
            "style",
            "script",
            "marker",
            "foreignObject",
            "image",
            "use",
        }
        assert not {
            name
            for name in element.attrib
            if name == "style" or name.startswith("on") or "href" in name
        }


def test_the_same_model_gives_the_same_bytes() -> None:
    assert draw(model()) == draw(model())


def test_a_file_without_a_drawing_gives_an_empty_picture() -> None:
    text = diagram({"start": {}, "end": {}}, [("start", "end")], drawn=False)
    undrawn = read(text.encode(), "x").model
    assert undrawn is not None
    root = ET.fromstring(draw(undrawn))
    assert [child.tag for child in root] == [f"{SVG}title"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_any_name_is_escaped(name: str) -> None:
    drawn = model()
    renamed = ProcessModel(
        **{field: getattr(drawn, field) for field in drawn.__dataclass_fields__} | {"title": name}
    )
    ET.fromstring(draw(renamed, counts={"panel": name}))


@settings(max_examples=100, deadline=None)
@given(st.text("县市区科技局 abcdef", max_size=60), st.integers(30, 120))
def test_labels_stay_inside_their_shape(text: str, width: int) -> None:
    for line in wrapped(text, width, 4):
        assert width_of(line) <= width or " " not in line
    assert len(wrapped(text, width, 4)) <= 4


def test_chinese_is_wrapped_anywhere_and_latin_at_spaces() -> None:
    assert wrapped("县（市、区）科技局审核意见", 90, 4) == ["县（市、区）科", "技局审核意见"]
    assert wrapped("issue the document", 62, 4) == ["issue the", "document"]
    assert wrapped("一" * 40, 60, 2)[-1].endswith("…")


def test_events_and_loops_have_their_marks_and_thrown_ones_are_filled() -> None:
    nodes = {
        "start": {},
        "wait": {"kind": "intermediateCatchEvent", "message": "M"},
        "tell": {"kind": "intermediateThrowEvent", "message": "M"},
        "again": {**ROBOT, "raw": '<bpmn:standardLoopCharacteristics loopMaximum="2"/>'},
        "g": {"kind": "eventBasedGateway"},
        "one": {"kind": "intermediateCatchEvent", "signal": "S"},
        "two": {"kind": "intermediateCatchEvent", "condition": "=n = 1"},
        "end": {"escalation": "E"},
    }
    flows = [
        ("start", "wait"),
        ("wait", "tell"),
        ("tell", "again"),
        ("again", "g"),
        ("g", "one"),
        ("g", "two"),
        ("one", "end"),
        ("two", "end"),
    ]
    drawn = read(diagram(nodes, flows).encode(), "x").model
    assert drawn is not None
    groups = {
        group.get("data-element"): group for group in ET.fromstring(draw(drawn)).iter(f"{SVG}g")
    }
    marks = {
        name: [path.get("fill") for path in group.iter(f"{SVG}path")]
        for name, group in groups.items()
    }
    assert (marks["wait"], marks["tell"]) == (["none"], ["#2b2b2b"])
    assert marks["one"] == marks["two"] == ["none"]
    assert marks["end"] == ["#2b2b2b"]
    assert any(path.get("class") == "flow-loop" for path in groups["again"].iter(f"{SVG}path"))
    assert len(list(groups["g"].iter(f"{SVG}circle"))) == 2
