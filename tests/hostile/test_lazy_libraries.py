"""Lazy objects of real libraries stay lazy: no query, no translation, no call of a mock."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
import sqlalchemy
from sqlalchemy import orm

from snapy_instrument import FunctionTracer, install_hook
from tests.hostile import subject

MODULE = subject.__name__
FRAMES: list[Any] = ["settrace", *(["monitoring"] if sys.version_info >= (3, 12) else [])]
WAYS = [*FRAMES, "proxy"]


def hand_on(backend: Any, *values: Any) -> str:
    """Hand each of ``values`` on in every way; gives the text of the trace."""
    tracer = FunctionTracer([MODULE], backend=backend, detail_level="verbose", trace_lines=backend != "proxy")
    with install_hook([MODULE]) if backend == "proxy" else nullcontext(), tracer:
        for value in values:
            for hand in (subject.positions, subject.failing, subject.suspended):
                hand(value)
    text = tracer.format_trace()
    assert len(text.splitlines()) > 30 * len(values)
    assert "capture failed" not in text
    assert "lost inside" not in text
    return text


@pytest.fixture(scope="module")
def shop() -> Iterator[Any]:
    """A Django model with a table, and the queries that reach the database."""
    import django
    from django.conf import settings
    from django.db import connection, models

    if not settings.configured:  # once in a process, where others may have done it
        settings.configure(
            DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
            USE_TZ=True,
            SECRET_KEY="x",
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        )
        django.setup()

    class Customer(models.Model):  # type: ignore[misc]
        """Has orders."""

        name = models.CharField(max_length=20)

        class Meta:
            app_label = "shop"

    class Order(models.Model):  # type: ignore[misc]
        """Belongs to a customer."""

        customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
        note = models.TextField(default="")

        class Meta:
            app_label = "shop"

    with connection.schema_editor() as editor:
        editor.create_model(Customer)
        editor.create_model(Order)
    Order.objects.create(customer=Customer.objects.create(name="ann"), note="n")
    queries: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        queries.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield SimpleNamespace(Order=Order, Customer=Customer, queries=queries)
    connection.connection.close()  # close() keeps a database that is in memory


@pytest.mark.parametrize("way", WAYS)
def test_django_querysets_are_not_evaluated(shop: Any, way: str) -> None:
    """Query sets, managers, deferred fields and relations not loaded yet: no query reaches the database."""
    from django.db.models import F, Prefetch, Q

    order = shop.Order.objects.defer("note").get()
    shop.queries.clear()
    querysets = [
        shop.Order.objects.all(),
        shop.Order.objects.filter(Q(note="n") | Q(pk=1)).order_by("-pk").annotate(twice=F("pk") * 2),
        shop.Order.objects.values("pk"),
        shop.Customer.objects.prefetch_related(Prefetch("order_set")).union(shop.Customer.objects.all()),
        shop.Customer.objects.only("pk"),
    ]
    hand_on(way, *querysets, shop.Order.objects, order, shop.Order, shop.Order.customer, {"orders": querysets})
    assert shop.queries == []
    assert [queryset._result_cache for queryset in querysets] == [None] * 5
    assert order.get_deferred_fields() == {"note"}
    assert not shop.Order.customer.is_cached(order)
    assert order.note == "n"
    assert len(shop.queries) == 1


@pytest.mark.parametrize("way", WAYS)
def test_django_lazy_objects_sleep(shop: Any, way: str) -> None:
    """Lazy translations, lazy functions and lazy objects are not asked."""
    from django.utils.functional import SimpleLazyObject, lazy, lazystr
    from django.utils.translation import gettext_lazy

    asked: list[str] = []

    def ask(what: str = "lazy") -> str:
        asked.append(what)
        return what

    with mock.patch("django.utils.translation._trans.gettext", ask):
        objects = [gettext_lazy("Hello"), lazy(ask, str)("function"), lazystr("text"), SimpleLazyObject(ask)]
        hand_on(way, *objects, {gettext_lazy: objects})
    assert asked == []
    assert str(SimpleLazyObject(ask)) == "lazy"
    assert asked == ["lazy"]


class Base(orm.DeclarativeBase):
    """SQLAlchemy's."""


class Parent(Base):
    """Has children, loaded when they are asked for."""

    __tablename__ = "parent"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    name: orm.Mapped[str] = orm.mapped_column(default="p")
    note: orm.Mapped[str] = orm.mapped_column(default="n", deferred=True)
    children: orm.Mapped[list[Child]] = orm.relationship(back_populates="parent")


class Child(Base):
    """Belongs to a parent."""

    __tablename__ = "child"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    parent_id: orm.Mapped[int] = orm.mapped_column(sqlalchemy.ForeignKey("parent.id"))
    parent: orm.Mapped[Parent] = orm.relationship(back_populates="children")


@pytest.mark.parametrize("way", WAYS)
def test_sqlalchemy_loads_nothing(way: str) -> None:
    """Entities with relations and columns not loaded or expired, queries and results: no statement is executed."""
    engine = sqlalchemy.create_engine("sqlite://", poolclass=sqlalchemy.StaticPool)
    Base.metadata.create_all(engine)
    statements: list[str] = []
    sqlalchemy.event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    with orm.Session(engine) as session:
        session.add(Parent(id=1, children=[Child(id=1), Child(id=2)]))
        session.commit()
        parent = session.execute(sqlalchemy.select(Parent)).scalar_one()
        expired = session.get_one(Child, 1)
        session.expire(expired)
        result = session.execute(sqlalchemy.select(Child.id))
        pending = Child(parent_id=1)
        session.add(pending)
        statements.clear()
        query = session.query(Parent).filter(Parent.name == "p")
        select = sqlalchemy.select(Parent).where(Parent.children.any())
        hand_on(way, parent, expired, pending, query, select, Parent.name == "x", session, [parent], result)
        assert statements == []
        assert sqlalchemy.inspect(parent).unloaded == {"children", "note"}
        assert sqlalchemy.inspect(expired).unloaded >= {"id", "parent_id", "parent"}
        assert pending in session.new
        assert result.all() == [(1,), (2,)]
    engine.dispose()


@pytest.mark.parametrize("way", WAYS)
def test_mocks_are_not_called(way: str) -> None:
    """Mocks with side effects, auto-specced or sealed, record no call and grow no child."""
    mocks = [
        mock.Mock(side_effect=KeyboardInterrupt),
        mock.MagicMock(side_effect=SystemExit),
        mock.AsyncMock(side_effect=LookupError),
        mock.NonCallableMagicMock(),
        mock.create_autospec(subject.Holder, instance=True),
        mock.PropertyMock(side_effect=KeyboardInterrupt),
    ]
    children = [set(made._mock_children) for made in mocks]
    hand_on(way, *mocks)
    assert [made.mock_calls + made.method_calls for made in mocks] == [[]] * len(mocks)
    assert [set(made._mock_children) for made in mocks] == children
    assert "<_Call>" in hand_on(way, mock.call(1))
    assert "<_SentinelObject#1>" in hand_on(way, mock.sentinel.thing)


def test_iterators_and_files_are_left_where_they_were(tmp_path: Any) -> None:
    """A file, a zip, a generator and a reader go on where they stood, whatever recorded them."""
    path = tmp_path / "a.txt"
    path.write_text("one\ntwo\n", encoding="utf-8")
    with path.open(encoding="utf-8") as file:
        zipped, counted = zip("ab", "cd", strict=True), (number for number in range(3))
        for way in WAYS:
            hand_on(way, [file, zipped, counted, iter({1: 2}), reversed([1, 2])])
        assert file.read() == "one\ntwo\n"
    assert list(zipped) == [("a", "c"), ("b", "d")]
    assert list(counted) == [0, 1, 2]
