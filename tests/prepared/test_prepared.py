"""Prepared statements say what Django's own would say."""

from __future__ import annotations

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, connection, transaction
from django.db.models import BigIntegerField, CharField, F
from django.test.utils import CaptureQueriesContext

import clock
from journal.models import Stream
from organizations.models import Organ
from prepared import Change, Given, Personal, Reading, Rows, read_together, together
from prepared.postgresql import server_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def organs() -> list[Organ]:
    city = Organ.objects.create(
        city="here",
        key="top",
        name="市",
        short_name="市",
        kind="city",
        vocabulary={"词": [1, None]},
    )
    return [
        city,
        Organ.objects.create(
            city="here",
            key="low",
            name="县",
            short_name="县",
            kind="county",
            parent=city,
            valid_from=clock.today(),
        ),
    ]


def test_a_reading_answers_instances_with_relations_and_annotations(organs):
    reading: Reading[Organ] = Reading(
        lambda: (
            Organ.objects.filter(city=Given("city", CharField()))
            .select_related("parent")
            .annotate(again=F("key"))
            .order_by("pk")
        )
    )
    top, low = reading.run(city="here")
    assert (top, low) == tuple(organs)
    assert (low.parent.name, low.again, low.valid_from) == ("市", "low", clock.today())
    assert top.vocabulary == {"词": [1, None]}
    assert top.parent is None
    assert reading.run(city="elsewhere") == []


def test_a_reading_builds_its_queryset_once_and_costs_one_statement(organs):
    built = []

    def queryset():
        built.append(1)
        return Organ.objects.filter(pk=Given("pk", BigIntegerField())).values_list(
            "key", "valid_from"
        )

    reading: Reading[tuple] = Reading(queryset)
    assert reading.run(pk=organs[1].pk) == [("low", clock.today())]
    with CaptureQueriesContext(connection) as captured:
        assert reading.run(pk=organs[0].pk) == [("top", None)]
    assert len(captured) == 1
    assert built == [1]


def test_what_is_made_for_one_person_is_none_of_the_statements_the_server_keeps(organs):
    made: list[Personal[Organ]] = [
        Personal(lambda one=one: Organ.objects.filter(key=one, pk=Given("pk", BigIntegerField())))
        for one in ("top", "low")
    ]
    kept = dict(server_of(connection.connection)._names) if _is_postgresql() else {}
    with CaptureQueriesContext(connection) as captured:
        assert [one.run(pk=organs[0].pk) for one in made] == [[organs[0]], []]
    assert len(captured) == 2
    assert kept == (server_of(connection.connection)._names if _is_postgresql() else {})


def test_what_can_have_no_row_is_not_asked(organs):
    reading: Personal[Organ] = Personal(lambda: Organ.objects.filter(pk__in=[]))
    with CaptureQueriesContext(connection) as captured:
        assert reading.run() == []
    assert not captured


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def test_a_reading_of_a_union_keeps_both_halves(organs):
    mine = Given("city", CharField())
    reading: Reading[tuple] = Reading(
        lambda: Organ.objects.filter(city=mine, kind="city").order_by().values_list("key")
        .union(Organ.objects.filter(city=mine, kind="county").order_by().values_list("key"), all=True)
    )  # fmt: skip
    assert sorted(reading.run(city="here")) == [("low",), ("top",)]


def test_a_reading_can_lock_and_refuses_to_outside_a_transaction(organs):
    reading: Reading[Organ] = Reading(
        lambda: Organ.objects.select_for_update(of=("self",)).filter(
            pk=Given("pk", BigIntegerField())
        )
    )
    with transaction.atomic():
        assert reading.run(pk=organs[0].pk) == [organs[0]]


def test_new_rows_get_their_numbers_in_order_and_are_read_back_equal():
    rows = [Stream(key=f"made-{n}", length=n) for n in range(450)]
    Rows(Stream).write(rows)
    assert [Stream.objects.get(pk=row.pk).key for row in rows[::90]] == [
        row.key for row in rows[::90]
    ]
    assert len({row.pk for row in rows}) == 450
    assert not any(row._state.adding for row in rows)


def test_new_and_stored_rows_go_in_one_statement_and_only_the_named_fields_change():
    old = Stream.objects.create(key="old", length=1, head="a")
    old.length, old.head, new = 2, "b", Stream(key="new", length=7)
    with CaptureQueriesContext(connection) as captured:
        Rows(Stream, changing=("length",)).write([new, old])
    assert len(captured) == 1
    old.refresh_from_db()
    assert (old.length, old.head) == (2, "a")
    assert Stream.objects.get(key="new").pk == new.pk


def test_a_change_writes_its_fields_and_says_whether_the_row_was_as_expected():
    row = Stream.objects.create(key="swap", length=1)
    row.length, row.key = 2, "not written"
    change = Change(Stream, ["length"])
    assert change.write(row, expected={"length": 1})
    assert not change.write(row, expected={"length": 1})
    row.refresh_from_db()
    assert (row.length, row.key) == (2, "swap")


def test_writings_that_are_due_together_are_one_statement_where_the_database_can(organs):
    rows, change = Rows(Stream), Change(Organ, ["name"])
    organs[0].name, made = "改名", [rows.new(key="a"), rows.new(key="b", length=3)]
    renamed = change.statement(organs[0], expected={"valid_from": None})
    missed = change.statement(organs[1], expected={"valid_from": None})
    with CaptureQueriesContext(connection) as captured:
        together([*rows.statements(made), renamed, missed])
    assert len(captured) == (1 if connection.vendor == "postgresql" else 3)
    assert [Stream.objects.get(pk=row.pk).key for row in made] == ["a", "b"]
    assert (bool(renamed.found), bool(missed.found)) == (True, False)
    organs[0].refresh_from_db()
    assert organs[0].name == "改名"


def test_a_new_row_is_what_the_model_would_make(organs):
    made, model = Rows(Stream).new(key="k"), Stream(key="k")
    told = {name: value for name, value in vars(model).items() if name != "_state"}
    assert {name: value for name, value in vars(made).items() if name != "_state"} == told
    assert made._state.adding
    low = Rows(Organ).new(key="x", parent=organs[0])
    assert (low.parent_id, low.parent) == (organs[0].pk, organs[0])
    assert Rows(Organ).new().vocabulary is not Rows(Organ).new().vocabulary
    with pytest.raises((TypeError, FieldDoesNotExist)):
        Rows(Stream).new(colour="red")


def test_a_row_that_was_read_in_part_reads_the_rest_when_it_is_asked_for(organs):
    reading: Reading[Organ] = Reading(
        lambda: Organ.objects.filter(pk=Given("pk", BigIntegerField())).defer("name")
    )
    low = reading.run(pk=organs[1].pk)[0]
    assert "name" not in vars(low)
    assert low.name == "县"


def test_a_percent_sign_in_a_statement_stays_one():
    Stream.objects.create(key="100%")
    reading: Reading[Stream] = Reading(
        lambda: Stream.objects.extra(where=["key LIKE '%%\\%%' ESCAPE '\\'"]).filter(
            length=Given("length", BigIntegerField())
        )
    )
    assert [row.key for row in reading.run(length=0)] == ["100%"]


def test_readings_on_one_way_answer_as_each_alone(organs):
    of_city: Reading[tuple] = Reading(
        lambda: (
            Organ.objects.filter(city=Given("city", CharField())).order_by("pk").values_list("key")
        )
    )
    by_number: Reading[Organ] = Reading(
        lambda: Organ.objects.filter(pk=Given("pk", BigIntegerField()))
    )
    asked = [(of_city, {"city": "here"}), (by_number, {"pk": organs[1].pk})]
    assert read_together(asked) == [[("top",), ("low",)], [organs[1]]]
    with CaptureQueriesContext(connection) as captured:
        read_together(asked)
    assert len(captured) == 2


def test_what_is_always_the_same_stands_in_the_text(organs):
    reading: Reading[tuple] = Reading(
        lambda: (
            Organ.objects.filter(kind="county", name="县", short_name="县")
            .exclude(key="it's 100% other")
            .filter(city=Given("city", CharField()))
            .values_list("key")
        )
    )
    made = reading.made(connection)
    assert made.sql.count("%s") == len(made.places) == 1
    assert reading.run(city="here") == [("low",)]


def test_a_statement_that_fails_is_djangos_error_and_the_connection_goes_on(organs):
    twice = Rows(Stream)
    twice.write([Stream(key="once")])
    with pytest.raises(IntegrityError), transaction.atomic():
        twice.write([Stream(key="once")])
    assert Stream.objects.filter(key="once").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic(), CaptureQueriesContext(connection):
        twice.write([Stream(key="once")])
    twice.write([Stream(key="twice")])
