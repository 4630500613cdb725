from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI, Header, Request
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import StaticPool

from library import loans
from library.models import Base, Book

engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)
sessions = async_sessionmaker(engine, expire_on_commit=False)


@asynccontextmanager
async def stocked():
    """A database with three books."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
    async with sessions() as session:
        session.add_all(
            [
                Book(title="Emma", shelf="A1", copies=2),
                Book(title="Walden", shelf="B7"),
                Book(title="Dracula", shelf="C3", copies=5),
            ]
        )
        await session.commit()
    yield
    await engine.dispose()


app = FastAPI()


class Wish(BaseModel):
    book: int
    reader: str


async def session():
    async with sessions() as made:
        yield made


def today(x_today: Annotated[date, Header()] = date(2024, 5, 6)):
    return x_today


Session = Annotated[AsyncSession, Depends(session)]
Today = Annotated[date, Depends(today)]


@app.exception_handler(loans.Refused)
async def refused(request: Request, problem: loans.Refused):
    return JSONResponse({"error": str(problem)}, problem.status)


@app.get("/books")
async def books(session: Session, q: str = ""):
    found = (await session.scalars(loans.matching(q))).all()
    return [{"id": book.id, "title": book.title, "shelf": book.shelf} for book in found]


@app.post("/loans", status_code=201)
async def lend(wish: Wish, session: Session, today: Today, tasks: BackgroundTasks):
    loan = await loans.lend(session, wish.book, wish.reader, today)
    tasks.add_task(remind, wish.reader, loan.due)
    return {"loan": loan.id, "due": loan.due}


def remind(reader, due):
    return f"{reader}: until {due}"


@app.post("/loans/{loan_id}/return")
async def give_back(loan_id: int, session: Session, today: Today):
    loan = await loans.give_back(session, loan_id, today)
    return RedirectResponse(f"/readers/{loan.reader}", 303)


@app.get("/readers/{reader}")
async def reader(reader: str, session: Session):
    found = (await session.scalars(loans.open_loans(reader))).all()
    return {"reader": reader, "books": [loan.book_id for loan in found]}
