"""FEEL against feelin, the JavaScript implementation: thousands of random expressions, one by one.

Runs where node and feelin are (FEELIN_DIR names the folder with node_modules). Left out are the
places where feelin departs from the standard: ordering of different kinds, `between` with a null
or a reversed range, and binary fractions (numbers are compared with a tolerance).
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from workflows.feel import parse, to_data

FOLDER = Path(os.environ.get("FEELIN_DIR", "/nonexistent"))
DATA = {"a": 1, "b": 2.5, "s": "xy", "l": [1, 2, 3], "n": None, "t": True, "f": False, "县": "秀洲"}
SCRIPT = """
import {evaluate} from 'feelin';
import fs from 'fs';
const {data, texts} = JSON.parse(fs.readFileSync(0));
const value = text => { const r = evaluate(text, data); const v = r && typeof r === 'object' && 'value' in r ? r.value : r;
  return v === undefined ? null : v; };
console.log(JSON.stringify(texts.map(value)));
"""


class Writer:
    """Random expressions of a kind."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def number(self, depth: int) -> str:
        if depth <= 0:
            return self.pick("1", "2", "0", "3.5", "0.25", "a", "b", "n", "10")
        x, y, z = (self.number(depth - 1) for _ in range(3))
        return self.pick(
            f"{x} + {y}", f"{x} - {y}", f"{x} * {y}", f"({x}) / 4", f"({x}) / 0", f"({x}) ** 2", f"-({x})", f"abs({x})",
            f"floor({x})", f"ceiling({x})", f"min({x}, {y}, {z})", f"max({x}, {y})", f"sum({x}, {y})",
            f"count({self.members(depth - 1)})", f"decimal({x}, 1)", f"(if {self.truth(depth - 1)} then {x} else {y})",
        )  # fmt: skip

    def members(self, depth: int) -> str:
        return self.pick(
            "l", "[]", f"[{self.number(depth - 1)}, {self.number(depth - 1)}]", "[null]"
        )

    def text(self) -> str:
        return self.pick('"xy"', '"x"', "s", "县", '"秀洲"', "n", '"a" + s')

    def truth(self, depth: int) -> str:
        if depth <= 0:
            return self.pick("true", "false", "null", "t", "f")
        x, y = self.number(depth - 1), self.number(depth - 1)
        p, q = self.truth(depth - 1), self.truth(depth - 1)
        sign = self.pick("=", "!=", "<", "<=", ">", ">=")
        bounds = self.pick("[1..5]", "(1..5]", "[1..5)", "(0..10)")
        return self.pick(
            f"{x} {sign} {y}", f"{self.text()} {self.pick('=', '!=')} {self.text()}", f"({p}) and ({q})", f"({p}) or ({q})",
            f"not({p})", f"({x}) in {bounds}", f"({x}) in {self.members(depth)}", f"({x}) between 1 and 5",
            f"list contains({self.members(depth)}, {x})", f"contains({self.text()}, {self.text()})",
        )  # fmt: skip


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, bool) or isinstance(theirs, bool) or ours is None or theirs is None:
        return ours is theirs
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        return abs(ours - theirs) <= 1e-9 * max(1.0, abs(theirs))
    return bool(ours == theirs)


@pytest.mark.skipif(
    shutil.which("node") is None or not (FOLDER / "node_modules/feelin").is_dir(),
    reason="needs node and feelin; FEELIN_DIR names the folder with node_modules",
)
def test_feelin_agrees_on_thousands_of_expressions() -> None:
    writer = Writer(20260101)
    texts = [writer.truth(n % 4 + 1) if n % 2 else writer.number(n % 4 + 1) for n in range(4000)]
    script = FOLDER / "oracle.mjs"
    script.write_text(SCRIPT)
    asked = json.dumps({"data": DATA, "texts": texts})
    answered = subprocess.run(
        ["node", script.name], cwd=FOLDER, input=asked, capture_output=True, text=True, check=True
    )
    theirs = json.loads(answered.stdout)
    ours = [to_data(parse(text).evaluate(DATA)) for text in texts]
    assert [row for row in zip(texts, ours, theirs, strict=True) if not same(row[1], row[2])] == []
