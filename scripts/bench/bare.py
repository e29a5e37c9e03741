"""
Pages that Flask and SQLAlchemy make with nothing around them, as heavy as given ones.

`bare.py URL PORT FOLDER` serves a page for each file of the folder: one question for fifty persons,
who stand in the rows of a plain template, and between them the text of that file, so that as many
bytes come out of it, packed too. Database settings, server and compression are those of Kring.
"""

import sys
from pathlib import Path

from figures import ROOT
from flask import Flask, render_template_string
from flask_compress import Compress
from sqlalchemy import Engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from crm.core.db.engine import make_engine
from crm.web.serving import Server, bound

ROWS = 50
ROW = (
    "<tr><td>{{ one.id }}</td><td>{{ one.first_name }}</td><td>{{ one.surname }}</td>"
    "<td>{{ one.sort_key }}</td></tr>{{ texts[loop.index0] | safe }}"
)
TEMPLATE = f"{{% for one in persons %}}{ROW}{{% endfor %}}{{{{ rest | safe }}}}"
ROOM = 90  # letters that a row takes without its text


class Base(DeclarativeBase):
    """The tables of a bare page."""


class Person(Base):
    """Somebody, in the same table as ours."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    first_name: Mapped[str]
    surname: Mapped[str]
    sort_key: Mapped[str]


def application(engine: Engine, folder: Path) -> Flask:
    """Return an application with a page as heavy as each file of a folder."""
    app = Flask("bare")
    Compress(app)
    pages = {file.stem: _cut(file.read_text(encoding="utf-8")) for file in folder.iterdir()}

    @app.get("/<name>")
    def page(name: str) -> str:
        texts, rest = pages[name]
        with Session(engine) as session:
            persons = session.scalars(select(Person).order_by(Person.sort_key).limit(ROWS)).all()
            return render_template_string(TEMPLATE, persons=persons, texts=texts, rest=rest)

    return app


def _cut(page: str) -> tuple[list[str], str]:
    """Return what stands behind each row, and at the end."""
    each = max(0, len(page) // ROWS - ROOM)
    texts = [page[place * each : (place + 1) * each] for place in range(ROWS)]
    return texts, page[ROWS * each : len(page) - ROWS * ROOM]


def main() -> None:
    """Serve until told to stop."""
    url, port, folder = sys.argv[1:]
    Server(application(make_engine(url), Path(folder)), bound("127.0.0.1", int(port))).run()


__all__ = ["ROOT", "application"]

if __name__ == "__main__":
    main()
