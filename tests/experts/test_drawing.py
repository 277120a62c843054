"""The draw's rule: even chances, constraints that hold, the next substitute in order."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from approvals.experts import drawing

SEEDS = st.binary(min_size=32, max_size=32).map(bytes.hex)


@st.composite
def pools(draw: st.DrawFn) -> list[dict[str, object]]:
    """Up to thirty entries of up to eight employers, some left out."""
    numbers = draw(st.lists(st.integers(1, 500), unique=True, max_size=30))
    return [
        {
            "id": number,
            "employer": draw(st.sampled_from("ABCDEFGH")),
            "excluded": draw(st.sampled_from([[], [], ["conflict"]])),
        }
        for number in sorted(numbers)
    ]


def entries(how_many: int) -> list[dict[str, object]]:
    return [{"id": n, "employer": f"单位{n}", "excluded": []} for n in range(1, how_many + 1)]


@given(pools(), SEEDS, st.integers(1, 9), st.booleans())
def test_nobody_excluded_is_drawn_and_nobody_is_lost(pool, seed, size, spread) -> None:
    found = drawing.draw(pool, seed, size, one_per_employer=spread)
    free = {entry["id"] for entry in pool if not entry["excluded"]}
    assert set(found.drawn) | set(found.substitutes) == free
    assert not set(found.drawn) & set(found.substitutes)
    employers = [entry["employer"] for entry in pool if entry["id"] in found.drawn]
    possible = {entry["employer"] for entry in pool if entry["id"] in free} if spread else free
    assert len(found.drawn) == min(size, len(possible))
    if spread:
        assert len(set(employers)) == len(employers)


@given(pools(), SEEDS, st.integers(1, 9), st.randoms(use_true_random=False))
def test_the_order_of_the_pool_does_not_matter(pool, seed, size, dice) -> None:
    mixed = list(pool)
    dice.shuffle(mixed)
    assert drawing.draw(mixed, seed, size, one_per_employer=True) == drawing.draw(
        pool, seed, size, one_per_employer=True
    )


def test_every_expert_has_the_same_chance() -> None:
    """Chi-square over 4,000 fixed seeds: 3 of 10, each expert 1,200 times; 0.999 quantile of nine
    degrees of freedom, 27.88. Drawing without replacement shrinks the statistic by 0.7 · 10 / 9."""
    pool, runs, size = entries(10), 4000, 3
    counts = dict.fromkeys(range(1, 11), 0)
    for run in range(runs):
        seed = hashlib.sha256(str(run).encode()).hexdigest()
        for number in drawing.draw(pool, seed, size, one_per_employer=True).drawn:
            counts[number] += 1
    expected = runs * size / 10
    chi = sum((count - expected) ** 2 / expected for count in counts.values())
    assert chi / (0.7 * 10 / 9) < 27.88


def test_the_first_place_goes_round_too() -> None:
    pool, runs = entries(10), 4000
    counts = dict.fromkeys(range(1, 11), 0)
    for run in range(runs):
        seed = hashlib.sha256(f"first {run}".encode()).hexdigest()
        counts[drawing.draw(pool, seed, 1, one_per_employer=False).drawn[0]] += 1
    assert sum((count - 400) ** 2 / 400 for count in counts.values()) < 27.88


@given(pools(), SEEDS, st.integers(1, 5))
def test_a_replacement_is_the_first_who_fits(pool, seed, size) -> None:
    found = drawing.draw(pool, seed, size, one_per_employer=True)
    if not found.drawn:
        return
    staying = found.drawn[1:]
    came = drawing.next_substitute(
        pool, found.substitutes, staying=staying, used=(), one_per_employer=True
    )
    employer = {entry["id"]: entry["employer"] for entry in pool}
    fitting = [n for n in found.substitutes if employer[n] not in {employer[s] for s in staying}]
    assert came == (fitting[0] if fitting else None)


def test_who_was_called_is_not_called_again() -> None:
    pool = entries(5)
    found = drawing.draw(pool, "ab" * 32, 3, one_per_employer=True)
    first, second = found.substitutes
    assert (
        drawing.next_substitute(
            pool, found.substitutes, staying=(), used={first}, one_per_employer=True
        )
        == second
    )


def test_one_changed_letter_changes_the_pool_s_hash() -> None:
    pool = entries(5)
    before = drawing.pool_sha256(pool)
    pool[3]["employer"] = "别的单位"
    assert drawing.pool_sha256(pool) != before
