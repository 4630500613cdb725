"""The rules of lending; each takes a session and the day."""

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from library.models import Book, Loan

DAYS = 14
MOST = 3
CENTS_A_DAY = 20


class Refused(Exception):
    def __init__(self, reason, *, status):
        super().__init__(reason)
        self.status = status


def open_loans(reader):
    return select(Loan).where(Loan.reader == reader, Loan.returned.is_(None)).order_by(Loan.id)


def lent_of(book_id):
    return select(func.count(Loan.id)).where(Loan.book_id == book_id, Loan.returned.is_(None))


def matching(words):
    return select(Book).where(Book.title.icontains(words)).order_by(Book.title).limit(20)


def fine_of(loan, today):
    late = (today - loan.due).days
    return max(0, late) * CENTS_A_DAY


async def free_copies(session: AsyncSession, book):
    lent = await session.scalar(lent_of(book.id))
    return book.copies - lent


async def lend(session: AsyncSession, book_id, reader, today: date):
    book = await session.get(Book, book_id)
    if book is None:
        raise Refused("no such book", status=404)
    if await free_copies(session, book) < 1:
        raise Refused("all copies are lent", status=409)
    if len((await session.scalars(open_loans(reader))).all()) >= MOST:
        raise Refused("too many books", status=403)
    return await store(session, Loan(book_id=book_id, reader=reader, due=due_on(today)))


def due_on(today):
    return today + timedelta(days=DAYS)


async def store(session: AsyncSession, loan):
    session.add(loan)
    await session.commit()
    await session.refresh(loan)
    return loan


async def give_back(session: AsyncSession, loan_id, today: date):
    loan = await session.get(Loan, loan_id)
    if loan is None or loan.returned is not None:
        raise Refused("no such loan", status=404)
    loan.returned = today
    loan.fine_cents = fine_of(loan, today)
    return await store(session, loan)
