"""Objects of SQLAlchemy, as a trace shows them, and what SQLAlchemy does meanwhile: nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    bindparam,
    create_engine,
    event,
    func,
    insert,
    select,
)
from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, registry, relationship
from sqlalchemy.sql.elements import ClauseElement

from tests.contrib.texts import text


class Base(DeclarativeBase):
    """The tables of these tests."""


class Line(Base):
    """A line of an order."""

    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    sku: Mapped[str]


class Order(Base):
    """An order with its lines, and a note that is loaded when it is asked for."""

    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str]
    password: Mapped[str | None]
    note: Mapped[str | None] = mapped_column(deferred=True)
    lines: Mapped[list[Line]] = relationship()


class Item:
    """Mapped without a base class."""

    id: int
    sku: str


registry().map_imperatively(Item, Line.__table__)


@pytest.fixture
def session() -> Iterator[Session]:
    """A session with one committed order."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as made:
        made.add(Order(status="new", password="x", lines=[Line(sku="pen")]))
        made.commit()
        yield made
    engine.dispose()


@pytest.fixture
def queries(session: Session) -> list[str]:
    """The statements that are executed from now on."""
    found: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: found.append(args[2]))
    return found


def test_a_new_object_is_what_was_set() -> None:
    """Columns in the order of the mapping; a related object is not among them."""
    assert text(Order(status="new", id=3, lines=[Line(sku="pen")])) == "Order(id=3, status='new')"
    item = Item()
    item.sku = "pen"
    assert text(item) == "Item(sku='pen')"


def test_loaded_columns_are_shown_and_nothing_is_loaded(session: Session, queries: list[str]) -> None:
    """A deferred column is named, a secret is hidden."""
    order = session.scalars(select(Order)).one()
    queries.clear()
    assert text(order) == "Order(id=1, status='new', password=<redacted>, unloaded=['note'])"
    assert queries == []
    assert "lines" not in vars(order)


def test_an_expired_object_is_its_identity(session: Session, queries: list[str]) -> None:
    """After a commit nothing is loaded again to show it."""
    order = session.scalars(select(Order)).one()
    session.commit()
    queries.clear()
    assert text([order]) == "[Order(identity=(1,), expired=True)]"
    assert queries == []
    assert session.in_transaction() is False


def test_a_detached_object_is_described(session: Session) -> None:
    """It could not be loaded any more."""
    order = session.scalars(select(Order)).one()
    session.expunge(order)
    assert text(order).startswith("Order(id=1, status='new'")


def test_a_row_has_names(session: Session, queries: list[str]) -> None:
    """Values under the names of their columns; objects in it are described too."""
    row = session.execute(select(Order.status, func.count().label("n"))).one()
    assert text(row) == "Row(status='new', n=1)"
    pair = session.execute(select(Order, Line).join(Line)).one()
    queries.clear()
    assert text(pair).startswith("Row(Order=Order(id=1, status='new'")
    assert queries == []


def test_a_result_is_not_fetched(session: Session) -> None:
    """Its rows are there for the program."""
    result = session.execute(select(Order.status))
    assert text(result).startswith("<ChunkedIteratorResult#")
    assert result.scalars().all() == ["new"]


def test_statements(session: Session, queries: list[str]) -> None:
    """Their text on one line, and what they are bound to."""
    assert text(select(Order.id).where(Order.status == "paid").limit(3)) == (
        "Select('SELECT orders.id FROM orders WHERE orders.status = :status_1 LIMIT :param_1', "
        "status_1='paid', param_1=3)"
    )
    assert text(sql("select 1 where :password").bindparams(password="x")) == (
        "TextClause('select 1 where :password', password=<redacted>)"
    )
    assert text(insert(Line).values(sku="pen")) == "Insert('INSERT INTO lines (sku) VALUES (:sku)', sku='pen')"
    assert text(Order.status == "new") == "BinaryExpression('orders.status = :status_1', status_1='new')"
    assert text(Order.status) == "InstrumentedAttribute(Order.status)"
    assert text(Order.__table__) == "Table('orders')"
    assert queries == []


def test_a_statement_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until it changes, as a column does when it gets its table."""
    compiled: list[ClauseElement] = []
    compile_clause = ClauseElement.compile

    def compile_noted(clause: ClauseElement) -> object:
        compiled.append(clause)
        return compile_clause(clause)

    monkeypatch.setattr(ClauseElement, "compile", compile_noted)
    statement = select(Order.id).where(Order.status == "paid")
    assert text(statement) == text(statement)
    assert len(compiled) == 1
    column = Column("sku", Integer)
    assert text(column) == "Column('sku')"
    Table("lines", MetaData(), column)
    assert text(column) == "Column('lines.sku')"


def test_a_function_that_gives_a_value_is_not_called() -> None:
    """It is the program's, and runs when the statement is sent."""
    asked: list[int] = []
    bound = bindparam("now", callable_=lambda: asked.append(1), type_=Integer())
    assert "<lambda>" in text(select(Order.id).where(Order.id == bound))
    assert asked == []


def test_a_session_is_what_it_will_write(session: Session, queries: list[str]) -> None:
    """What it has read depends on the garbage collector; nothing is flushed."""
    assert text(session) == "Session()"
    order = session.scalars(select(Order)).one()
    order.status = "paid"
    session.add(Line(sku="mug", order_id=1))
    queries.clear()
    assert text(session) == "Session(new=1, modified=1)"
    assert queries == []
    assert text(AsyncSession()) == "AsyncSession()"


def test_an_engine_hides_its_password() -> None:
    """Engine and URL show where they lead to."""
    engine = create_engine("sqlite:///shop.db?timeout=5")
    assert text(engine) == "Engine(URL('sqlite', database='shop.db', query={'timeout': '5'}))"
    assert "s3cret" not in text(engine.url.set(username="ada", password="s3cret", host="db"))
