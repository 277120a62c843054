"""Elements in combination, judged by BPMN 2.0 chapter 13: one scenario a row, told as it must run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.workflows.diagrams import diagram
from tests.workflows.scenarios import (
    AND,
    BEGIN,
    EVENTS,
    OR,
    PERSON,
    STOP,
    XOR,
    after,
    catch,
    done,
    edge,
    handler,
    message,
    played,
    robot,
    row,
    sub,
    throw,
)

pytestmark = pytest.mark.django_db
LATER = {"isInterrupting": "false"}
TERMINATE = {"kind": "endEvent", "event": "terminate"}


@dataclass
class Case:
    """A diagram, what is done, and what must be open after every step."""

    name: str
    nodes: dict[str, Any]
    flows: list[tuple[Any, ...]]
    steps: list[dict[str, Any]]
    open: list[list[str]]
    status: str = "done"
    ended: list[str] = field(default_factory=list)
    completed: dict[str, int] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    handlers: dict[str, Any] = field(default_factory=dict)
    library: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def boxed(nodes: dict[str, Any], flows: list[tuple[Any, ...]], **more: Any) -> dict[str, Any]:
    return sub({"in": BEGIN, **nodes, "out": STOP}, flows, **more)


WAITING_BOX = boxed(
    {"g": EVENTS, "m": catch(message="M"), "t": catch(timer="P3D"), "x": PERSON, "y": PERSON, "o2": STOP},
    [("in", "g"), ("g", "m"), ("g", "t"), ("m", "x"), ("t", "y"), ("x", "out"), ("y", "o2")],
)  # fmt: skip
BOX_LATE = {"start": {}, "box": WAITING_BOX, "late": edge("box", timer="P1D"), "chase": PERSON, "end": {}, "end_l": {}}  # fmt: skip
BOX_LATE_WAYS = [*row("start", "box", "end"), *row("late", "chase", "end_l")]
CASES = [
    Case("an event gateway inside ends with its sub-process", BOX_LATE, BOX_LATE_WAYS,
         [after("P1D"), after("P5D"), done("chase")], [["m", "t"], ["chase"], ["chase"], []], ended=["end_l"],
         completed={"start": 1, "in": 1, "late": 1, "chase": 1, "end_l": 1}),
    Case("an event gateway inside, its message before the edge", BOX_LATE, BOX_LATE_WAYS,
         [message("M", n=3), after("PT1H"), done("x"), after("P5D")], [["m", "t"], ["x"], ["x"], [], []], ended=["end"], data={"n": 3},
         completed={"start": 1, "in": 1, "g": 1, "m": 1, "x": 1, "out": 1, "box": 1, "end": 1}),
    Case("an event gateway inside, the edge while its path goes on", BOX_LATE, BOX_LATE_WAYS,
         [message("M"), after("P1D"), done("chase")], [["m", "t"], ["x"], ["chase"], []], ended=["end_l"]),
    Case("a signal wakes every listener at once, and an escalation only the nearest",
         {"start": {}, "s": AND, "hear": catch(signal="S"), "box": boxed({"a": PERSON, "up": throw(escalation="E")}, row("in", "a", "up", "out")),
          "edge": edge("box", escalation="E", interrupting=False), "tell": throw(signal="S"), "edge2": edge("box", signal="S", interrupting=False),
          "b": PERSON, "c": PERSON, "end_t": {}, "end_h": {}, "end": {}},
         [("start", "s"), ("s", "hear"), ("s", "box"), ("hear", "b"), ("b", "end_h"), ("box", "end"), ("edge", "tell"), ("tell", "end_t"), ("edge2", "c"), ("c", "end_t")],
         [done("a"), done("b")], [["a", "hear"], ["b", "c"], ["c"]], status="running", ended=["end_t", "end", "end_h"]),
    Case("an interrupting event sub-process ends parallel tokens of its scope",
         {"start": {}, "s": AND, "a": PERSON, "b": PERSON, "j": AND, "end": {}, "esp": handler({"message": "STOP"}, "help", "helped", nodes={"help": PERSON, "helped": STOP})},
         [("start", "s"), ("s", "a"), ("s", "b"), ("a", "j"), ("b", "j"), ("j", "end")],
         [done("a"), message("STOP"), done("help")], [["a", "b"], ["b"], ["help"], []], ended=[], completed={"start": 1, "s": 1, "a": 1, "help_in": 1, "help": 1, "helped": 1, "esp": 1}),
    Case("a non-interrupting event sub-process keeps a case going after its own end",
         {"start": {}, "a": PERSON, "end": {}, "esp": handler({"signal": "S", **LATER}, "help", "helped", nodes={"help": PERSON, "helped": STOP}), "tell": throw(signal="S")},
         [*row("start", "tell", "a", "end")], [done("a"), done("help")], [["a", "help"], ["help"], []], ended=["end"], completed={"esp": 1}),
    Case("an inclusive join inside a loop does not wait for the next round",
         {"start": {}, "m": XOR, "s": AND, "t": PERSON, "o": OR, "x": PERSON, "y": PERSON, "oj": OR, "then": PERSON, "j": AND, "ask": PERSON, "d": XOR, "end": {}},
         [("start", "m"), ("m", "s"), ("s", "t"), ("s", "o"), ("o", "x", "=n > 1"), ("o", "y", {"default": True}), ("x", "oj"), ("y", "oj"), ("oj", "then"),
          ("then", "j"), ("t", "j"), ("j", "ask"), ("ask", "d"), ("d", "m", "=n > 5"), ("d", "end", {"default": True})],
         [done("x"), done("then"), done("t"), done("ask"), done("t"), done("x"), done("then"), done("ask", n=1)],
         [["t", "x"], ["t", "then"], ["t"], ["ask"], ["t", "x"], ["x"], ["then"], ["ask"], []], given={"n": 9}, ended=["end"], completed={"oj": 2, "j": 2, "m": 2}),
    Case("an inclusive join waits for a branch that loops inside itself",
         {"start": {}, "o": OR, "x": PERSON, "y": PERSON, "again": XOR, "ok": XOR, "fix": PERSON, "oj": OR, "last": PERSON, "end": {}},
         [("start", "o"), ("o", "again", "=n >= 1"), ("again", "x"), ("x", "ok"), ("ok", "fix", "=n = 1"), ("ok", "oj", {"default": True}), ("fix", "again"),
          ("o", "y", "=n > 0"), ("y", "oj"), ("oj", "last"), ("last", "end")],
         [done("y"), done("x"), done("fix", n=2), done("x"), done("last")], [["x", "y"], ["x"], ["fix"], ["x"], ["last"], []], given={"n": 1}, ended=["end"], completed={"oj": 1, "x": 2}),
    Case("links inside a sub-process under a boundary",
         {"start": {}, "box": sub({"in": BEGIN, "go": throw(raw='<bpmn:linkEventDefinition name="L"/>'), "come": catch(raw='<bpmn:linkEventDefinition name="L"/>'), "a": PERSON, "out": STOP},
                                  [("in", "go"), ("come", "a"), ("a", "out")]), "late": edge("box", timer="P1D"), "end": {}, "end_l": {}},
         [*row("start", "box", "end"), ("late", "end_l")], [done("a")], [["a"], []], ended=["end"], completed={"go": 1, "come": 1, "box": 1}),
    Case("a boundary timer on a repeated sub-process ends all its members",
         {"start": {}, "box": boxed({"a": PERSON}, row("in", "a", "out"), multi={"cardinality": 3}), "late": edge("box", timer="P2D"), "b": PERSON, "end": {}, "end_l": {}},
         [*row("start", "box", "end"), *row("late", "b", "end_l")], [done("a"), after("P2D"), done("b")], [["a", "a", "a"], ["a", "a"], ["b"], []], ended=["end_l"]),
    Case("a repeated sub-process without a deadline reached counts once",
         {"start": {}, "box": boxed({"a": PERSON}, row("in", "a", "out"), multi={"collection": "list", "item": "who", "output": "got", "outputItem": "v"}), "late": edge("box", timer="P2D"), "end": {}, "end_l": {}},
         [*row("start", "box", "end"), ("late", "end_l")], [done("a", v=1), done("a", v=2)], [["a", "a"], ["a"], []], ended=["end"], given={"list": ["p", "q"]}, completed={"box": 1, "a": 2}, data={"got": [1, 2]}),
    Case("an error climbs out of two called processes to the edge of the outer call",
         {"start": {}, "call": {"kind": "callActivity", "called": "middle"}, "err": edge("call", error="BAD"), "a": PERSON, "end": {}, "end_e": {}},
         [*row("start", "call", "end"), *row("err", "a", "end_e")], [done("a")], [["a"], []], ended=["end_e"], completed={"start": 3, "err": 1, "a": 1, "end_e": 1}, handlers={"work": {"raise": "BAD"}},
         library={"m.bpmn": diagram({"start": {}, "inner": {"kind": "callActivity", "called": "deep"}, "end": {}}, row("start", "inner", "end"), key="middle"),
                  "d.bpmn": diagram({"start": {}, "w": robot(), "end": {}}, row("start", "w", "end"), key="deep")}),
    Case("an error end in a called process is caught by the code, not by its neighbour",
         {"start": {}, "call": {"kind": "callActivity", "called": "middle"}, "other": edge("call", error="X"), "err": edge("call", error=""), "a": PERSON, "b": PERSON, "end": {}, "end_e": {}, "end_x": {}},
         [*row("start", "call", "end"), *row("err", "a", "end_e"), *row("other", "b", "end_x")], [done("ask"), done("a")], [["ask"], ["a"], []], ended=["end_e"],
         library={"m.bpmn": diagram({"start": {}, "ask": PERSON, "end": {"error": "BAD"}}, row("start", "ask", "end"), key="middle")}),
    Case("a timer cycle beside a task fires three times and no more",
         {"start": {}, "a": PERSON, "tick": edge("a", cycle="R3/PT1H", interrupting=False), "w": robot(), "end": {}, "end_t": {}},
         [*row("start", "a", "end"), *row("tick", "w", "end_t")], [after("PT1H"), after("PT90M"), after("P1D"), done("a")], [["a"]] * 4 + [[]], ended=["end_t"] * 3 + ["end"],
         completed={"tick": 3, "w": 3, "end_t": 3}, handlers={"work": {"add": {"n": 1}}}, given={"n": 0}, data={"n": 3}),
    Case("a timer cycle ends with its task",
         {"start": {}, "a": PERSON, "tick": edge("a", cycle="R3/PT1H", interrupting=False), "end": {}, "end_t": {}, "b": PERSON},
         [*row("start", "a", "b", "end"), ("tick", "end_t")], [after("PT1H"), done("a"), after("P1D"), done("b")], [["a"], ["a"], ["b"], ["b"], []], ended=["end_t", "end"]),
    Case("a condition is looked at after each change of data",
         {"start": {}, "s": AND, "a": PERSON, "b": PERSON, "when": catch(condition="=score > 60"), "c": PERSON, "end_c": {}, "end_b": {}},
         [("start", "s"), ("s", "a"), ("s", "when"), ("when", "c"), ("c", "end_c"), *row("a", "b", "end_b")], [done("a", score=50), done("b", score=61), done("c")],
         [["a", "when"], ["b", "when"], ["c"], []], given={"score": 0}, ended=["end_b", "end_c"]),
    Case("a conditional edge that does not interrupt fires again after it was false",
         {"start": {}, "s": AND, "host": PERSON, "high": edge("host", condition="=n > 5", interrupting=False), "a": PERSON, "a2": PERSON, "a3": PERSON, "end_h": {}, "end_a": {}, "note": PERSON, "end_n": {}},
         [("start", "s"), ("s", "host"), ("s", "a"), ("host", "end_h"), *row("a", "a2", "a3", "end_a"), *row("high", "note", "end_n")],
         [done("a", n=9), done("a2", n=1), done("a3", n=7)], [["a", "host"], ["a2", "host", "note"], ["a3", "host", "note"], ["host", "note", "note"]], given={"n": 0}, status="running"),
    Case("terminate inside a sub-process ends the inside and nothing else",
         {"start": {}, "s": AND, "box": sub({"in": BEGIN, "p": AND, "a": PERSON, "b": PERSON, "o": STOP, "kill": TERMINATE}, [("in", "p"), ("p", "a"), ("p", "b"), ("a", "kill"), ("b", "o")]),
          "c": PERSON, "j": AND, "d": PERSON, "end": {}},
         [("start", "s"), ("s", "box"), ("s", "c"), ("box", "j"), ("c", "j"), *row("j", "d", "end")], [done("a"), done("c"), done("d")], [["a", "b", "c"], ["c"], ["d"], []], ended=["end"], completed={"box": 1, "kill": 1}),
    Case("one after the other until the condition holds",
         {"start": {}, "a": {"role": "expert", "multi": {"collection": "who", "sequential": True, "completion": "=nrOfCompletedInstances >= 2", "output": "got", "outputItem": "v"}}, "end": {}},
         row("start", "a", "end"), [done("a#p", v=1), done("a#q", v=2)], [["a#p"], ["a#q"], []], given={"who": ["p", "q", "r"]}, data={"got": [1, 2]}, completed={"a": 1}, ended=["end"]),
    Case("two arrows out of a task: the one without a condition and the true one",
         {"start": {}, "a": PERSON, "b": PERSON, "c": PERSON, "end_b": {}, "end_c": {}},
         [("start", "a"), ("a", "b", "=n = 1"), ("a", "c"), ("b", "end_b"), ("c", "end_c")], [done("a", n=1), done("b"), done("c")],
         [["a"], ["b", "c"], ["c"], []], ended=["end_b", "end_c"]),
    Case("two arrows out of a task: the default only when no condition holds",
         {"start": {}, "a": PERSON, "b": PERSON, "d": PERSON, "end_b": {}, "end_d": {}},
         [("start", "a"), ("a", "b", "=n = 1"), ("a", "d", {"default": True}), ("b", "end_b"), ("d", "end_d")], [done("a", n=2), done("d")], [["a"], ["d"], []], ended=["end_d"]),
    Case("a case that waits for its message start, and its rival's clock",
         {"go": {"kind": "startEvent", "message": "GO"}, "tick": {"kind": "startEvent", "timer": "P1D"}, "x": XOR, "a": PERSON, "end": {}},
         [("go", "x"), ("tick", "x"), *row("x", "a", "end")], [message("GO", n=1), after("P2D"), done("a")], [[], ["a"], ["a"], []], completed={"go": 1, "a": 1}, data={"n": 1}, ended=["end"]),
    Case("a message wakes the oldest of two receive tasks of one name",
         {"start": {}, "s": AND, "r1": catch(message="M"), "r2": catch(message="M"), "a": PERSON, "b": PERSON, "end_a": {}, "end_b": {}},
         [("start", "s"), ("s", "r1"), ("s", "r2"), *row("r1", "a", "end_a"), *row("r2", "b", "end_b")], [message("M"), message("M")], [["r1", "r2"], ["a", "r2"], ["a", "b"]], status="running"),
    Case("an escalation end inside does not stop what goes on beside it",
         {"start": {}, "box": sub({"in": BEGIN, "p": AND, "a": PERSON, "b": PERSON, "up": {"kind": "endEvent", "escalation": "E"}, "o": STOP}, [("in", "p"), ("p", "a"), ("p", "b"), ("a", "up"), ("b", "o")]),
          "e": edge("box", escalation="", interrupting=False), "note": PERSON, "end": {}, "end_n": {}},
         [*row("start", "box", "end"), *row("e", "note", "end_n")], [done("a"), done("b"), done("note")], [["a", "b"], ["b", "note"], ["note"], []], ended=["end", "end_n"], completed={"box": 1, "up": 1}),
    Case("an interrupting escalation ends the sub-process that threw it on the way",
         {"start": {}, "box": boxed({"a": PERSON, "up": throw(escalation="E"), "b": PERSON}, row("in", "a", "up", "b", "out")), "e": edge("box", escalation="E"), "c": PERSON, "end": {}, "end_e": {}},
         [*row("start", "box", "end"), *row("e", "c", "end_e")], [done("a"), done("c")], [["a"], ["c"], []], ended=["end_e"]),
    Case("an error inside a member of a repeated sub-process ends the whole",
         {"start": {}, "box": boxed({"a": PERSON, "x": XOR, "bad": {"kind": "endEvent", "error": "E"}}, [("in", "a"), ("a", "x"), ("x", "bad", "=n = 1"), ("x", "out", {"default": True})], multi={"cardinality": 2}),
          "err": edge("box", error="E"), "c": PERSON, "end": {}, "end_e": {}},
         [*row("start", "box", "end"), *row("err", "c", "end_e")], [done("a", n=1), done("c")], [["a", "a"], ["c"], []], ended=["end_e"]),
    Case("two edges of one task: a reminder, then the deadline",
         {"start": {}, "a": PERSON, "remind": edge("a", timer="P1D", interrupting=False), "late": edge("a", timer="P2D"), "n": robot(), "b": PERSON, "end": {}, "end_n": {}, "end_l": {}},
         [*row("start", "a", "end"), *row("remind", "n", "end_n"), *row("late", "b", "end_l")], [after("P5D"), done("b")], [["a"], ["b"], []], ended=["end_n", "end_l"], handlers={"work": {"add": {"n": 1}}}, given={"n": 0}, data={"n": 1}),
    Case("an error end inside an event sub-process is caught at the edge of what holds it",
         {"start": {}, "box": boxed({"a": PERSON, "esp": handler({"message": "M"}, "h", "bad", nodes={"h": PERSON, "bad": {"kind": "endEvent", "error": "E"}})}, row("in", "a", "out")),
          "err": edge("box", error="E"), "c": PERSON, "end": {}, "end_e": {}},
         [*row("start", "box", "end"), *row("err", "c", "end_e")], [message("M"), done("h"), done("c")], [["a"], ["h"], ["c"], []], ended=["end_e"]),
    Case("a standard loop around a sub-process, tested before",
         {"start": {}, "box": boxed({"a": PERSON}, row("in", "a", "out"), raw='<bpmn:standardLoopCharacteristics testBefore="true"><bpmn:loopCondition>=n &lt; 2</bpmn:loopCondition></bpmn:standardLoopCharacteristics>'), "end": {}},
         row("start", "box", "end"), [done("a", n=1), done("a", n=2)], [["a"], ["a"], []], given={"n": 0}, completed={"box": 1, "a": 2}, ended=["end"]),
    Case("an uncaught error in one branch ends the case and its other branch",
         {"start": {}, "s": AND, "a": PERSON, "w": robot(), "b": PERSON, "end": {}, "end_b": {}},
         [("start", "s"), ("s", "a"), ("s", "b"), *row("a", "w", "end"), ("b", "end_b")], [done("a")], [["a", "b"], []], status="failed", handlers={"work": {"raise": "BAD"}}, data={"_error": "BAD"}),
    Case("terminate at the top ends event sub-processes and timers",
         {"start": {}, "s": AND, "a": PERSON, "b": PERSON, "tick": edge("b", timer="P1D"), "end_b": {}, "end_k": TERMINATE, "end_t": {}, "esp": handler({"timer": "P3D", **LATER}, "h", "helped", nodes={"h": PERSON, "helped": STOP})},
         [("start", "s"), ("s", "a"), ("s", "b"), ("a", "end_k"), ("b", "end_b"), ("tick", "end_t")], [done("a"), after("P9D")], [["a", "b"], [], []], ended=["end_k"]),
    Case("a called process that terminates ends itself only",
         {"start": {}, "s": AND, "call": {"kind": "callActivity", "called": "inner"}, "c": PERSON, "j": AND, "end": {}}, [("start", "s"), ("s", "call"), ("s", "c"), ("call", "j"), ("c", "j"), ("j", "end")],
         [done("a"), done("c")], [["a", "b", "c"], ["c"], []], ended=["end"], completed={"call": 1, "kill": 1},
         library={"i.bpmn": diagram({"start": {}, "p": AND, "a": PERSON, "b": PERSON, "kill": {"kind": "endEvent", "event": "terminate"}, "o": STOP}, [("start", "p"), ("p", "a"), ("p", "b"), ("a", "kill"), ("b", "o")], key="inner")}),
    Case("a deadline on a call ends the called process and its timers",
         {"start": {}, "call": {"kind": "callActivity", "called": "inner"}, "late": edge("call", timer="P2D"), "b": PERSON, "end": {}, "end_l": {}}, [*row("start", "call", "end"), *row("late", "b", "end_l")],
         [after("P1D"), after("P9D"), done("b")], [["a", "wait"], ["a", "wait"], ["b"], []], ended=["end_l"],
         library={"i.bpmn": diagram({"start": {}, "p": AND, "a": PERSON, "wait": catch(timer="P5D"), "o": STOP}, [("start", "p"), ("p", "a"), ("p", "wait"), ("a", "o"), ("wait", "o")], key="inner")}),
    Case("a signal thrown in a called process is heard by the caller",
         {"start": {}, "s": AND, "call": {"kind": "callActivity", "called": "inner"}, "hear": catch(signal="S"), "b": PERSON, "end": {}, "end_b": {}}, [("start", "s"), ("s", "call"), ("s", "hear"), ("call", "end"), *row("hear", "b", "end_b")],
         [done("a"), done("b")], [["a", "hear"], ["b"], []], ended=["end", "end_b"],
         library={"i.bpmn": diagram({"start": {}, "a": PERSON, "tell": throw(signal="S"), "end": {}}, row("start", "a", "tell", "end"), key="inner")}),
    Case("an inclusive split without a true condition takes its default",
         {"start": {}, "o": OR, "a": PERSON, "b": PERSON, "j": OR, "c": PERSON, "end": {}}, [("start", "o"), ("o", "a", "=n > 1"), ("o", "b", {"default": True}), ("a", "j"), ("b", "j"), *row("j", "c", "end")],
         [done("b"), done("c")], [["b"], ["c"], []], given={"n": 0}, ended=["end"], completed={"o": 1, "j": 1}),
    Case("an exclusive split takes the first true condition in document order",
         {"start": {}, "x": XOR, "a": PERSON, "b": PERSON, "d": PERSON, "end": {}}, [("start", "x"), ("x", "d", {"default": True}), ("x", "b", "=n > 1"), ("x", "a", "=n > 2"), ("a", "end"), ("b", "end"), ("d", "end")],
         [done("b")], [["b"], []], given={"n": 5}, ended=["end"]),
    Case("what a handler wrote before it raised is undone",
         {"start": {}, "w": robot(), "err": edge("w", error="BAD"), "a": PERSON, "end": {}, "end_e": {}}, [*row("start", "w", "end"), *row("err", "a", "end_e")],
         [done("a")], [["a"], []], ended=["end_e"], handlers={"work": {"set": {"n": 99}, "raise": "BAD"}}, given={"n": 1}, data={"n": 1}),
    Case("a message at the edge of a panel ends every seat",
         {"start": {}, "a": {"role": "expert", "multi": {"collection": "who"}}, "stop": edge("a", message="STOP"), "b": PERSON, "end": {}, "end_s": {}}, [*row("start", "a", "end"), *row("stop", "b", "end_s")],
         [done("a#p"), message("STOP"), done("b")], [["a#p", "a#q", "a#r"], ["a#q", "a#r"], ["b"], []], given={"who": ["p", "q", "r"]}, ended=["end_s"]),
    Case("a quorum counts who abstains as present, not as for it",
         {"start": {}, "a": {"role": "expert", "outcomes": "approve reject abstain", "multi": {"collection": "who", "mode": "QUORUM", "need": "2/3", "minQuorum": 3}}, "x": XOR, "yes": PERSON, "no": PERSON, "end": {}},
         [("start", "a"), ("a", "x"), ("x", "yes", {"outcome": "approve"}), ("x", "no", {"default": True}), ("yes", "end"), ("no", "end")],
         [done("a#p", outcome="approve"), done("a#q", outcome="abstain"), done("a#r", outcome="approve"), done("yes")], [["a#p", "a#q", "a#r"], ["a#q", "a#r"], ["a#r"], ["yes"], []], given={"who": ["p", "q", "r"]}, ended=["end"], completed={"a": 1}),
    Case("a chair whose seat weighs more than the two others together",
         {"start": {}, "a": {"role": "expert", "outcomes": "approve reject", "multi": {"collection": "who", "mode": "QUORUM", "need": ">1/2", "weight": '=if item = "q" then 3 else 1'}}, "x": XOR, "yes": PERSON, "no": PERSON, "end": {}},
         [("start", "a"), ("a", "x"), ("x", "yes", {"outcome": "approve"}), ("x", "no", {"default": True}), ("yes", "end"), ("no", "end")],
         [done("a#p", outcome="reject"), done("a#q", outcome="approve"), done("yes")], [["a#p", "a#q", "a#r"], ["a#q", "a#r"], ["yes"], []], given={"who": ["p", "q", "r"]}, ended=["end"], completed={"a": 1}),
    Case("an event sub-process inside each member of a repeated sub-process",
         {"start": {}, "box": boxed({"a": PERSON, "esp": handler({"message": "M"}, "h", "helped", nodes={"h": PERSON, "helped": STOP})}, row("in", "a", "out"), multi={"cardinality": 2}), "end": {}},
         row("start", "box", "end"), [message("M"), done("h"), done("a")], [["a", "a"], ["a", "h"], ["a"], []], ended=["end"], completed={"esp": 1, "box": 1, "h": 1, "a": 1}),
    Case("a standard loop stops at its maximum",
         {"start": {}, "w": robot(raw='<bpmn:standardLoopCharacteristics loopMaximum="3"><bpmn:loopCondition>=true</bpmn:loopCondition></bpmn:standardLoopCharacteristics>'), "a": PERSON, "end": {}},
         row("start", "w", "a", "end"), [done("a")], [["a"], []], handlers={"work": {"add": {"n": 1}}}, given={"n": 0}, data={"n": 3}, ended=["end"], completed={"w": 1}),
    Case("an automatic loop without an end is parked at the step limit",
         {"start": {}, "a": PERSON, "m": XOR, "w": robot(), "x": XOR, "end": {}}, [("start", "a"), *row("a", "m", "w", "x"), ("x", "m", "=n >= 0"), ("x", "end", {"default": True})],
         [done("a")], [["a"], []], status="failed", ended=[], handlers={"work": {}}, given={"n": 0}),
    Case("a date that has passed has come",
         {"start": {}, "t": catch(date="2025-03-01T00:00:00+08:00"), "u": catch(date="2025-03-05"), "a": PERSON, "end": {}}, row("start", "t", "u", "a", "end"),
         [after("P1D"), after("P1D"), done("a")], [["u"], ["u"], ["a"], []], ended=["end"]),
    Case("a conditional event sub-process starts when the data say so",
         {"start": {}, "a": PERSON, "b": PERSON, "end": {}, "esp": handler({"condition": "=n > 5"}, "h", "helped", nodes={"h": PERSON, "helped": STOP})}, row("start", "a", "b", "end"),
         [done("a", n=6), done("h")], [["a"], ["h"], []], given={"n": 0}, ended=[], completed={"esp": 1}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_it_runs_as_the_standard_says(case: Case) -> None:
    found = played(
        case.nodes,
        case.flows,
        *case.steps,
        library=case.library,
        data=case.given,
        handlers=case.handlers,
    )
    assert found["error"] is None
    assert found["open"] == case.open
    assert found["status"] == case.status
    if case.ended or case.status == "done":
        assert sorted(found["ended"]) == sorted(case.ended)
    told = {element: found["completed"].get(element) for element in case.completed}
    assert told == case.completed
    assert {name: found["data"].get(name) for name in case.data} == case.data
