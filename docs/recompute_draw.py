"""Recomputes a draw of experts: python3 recompute_draw.py draw.json (rule: docs/experts.md)."""

import hashlib, json, sys  # noqa: E401, I001 - short enough to be read aloud

case = json.load(open(sys.argv[1], encoding="utf-8"))  # noqa: SIM115
sha = lambda data: hashlib.sha256(data).hexdigest()  # noqa: E731
must = lambda holds, otherwise: holds or sys.exit(otherwise)  # noqa: E731
for draw in case["draws"]:
    text = json.dumps(draw["pool"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    must(sha(text.encode()) == draw["pool_sha256"], "the pool is not the frozen one")
    must(sha(bytes.fromhex(draw["seed"])) == draw["commitment"], "the seed was not promised")
    free = [one for one in draw["pool"] if not one["excluded"]]
    free.sort(key=lambda one: sha(f"{draw['seed']}:{one['id']}".encode()))
    drawn, rest = [], []
    for one in free:
        taken = draw["one_per_employer"] and one["employer"] in [it["employer"] for it in drawn]
        (rest if taken or len(drawn) == draw["size"] else drawn).append(one)
    must([one["id"] for one in drawn] == draw["drawn"], "others were drawn")
    must([one["id"] for one in rest] == draw["substitutes"], "the substitutes differ")
    work, panel, called = {one["id"]: one["employer"] for one in draw["pool"]}, [*draw["drawn"]], []
    for row in draw["replacements"]:
        panel.remove(row["left"])
        able = [one for one in draw["substitutes"] if one not in called + row["passed"]]
        taken = [work[one] for one in panel] if draw["one_per_employer"] else []
        came = [one for one in able if work[one] not in taken][:1]
        must(came == [row["came"]] * bool(row["came"]), "another substitute came")
        panel, called = panel + came, called + came
    print(draw["number"], "OK", *(one["name"] for one in drawn))
