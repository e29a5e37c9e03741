"""Full text: folded documents, asked by words; what is typed wrong is repaired before that."""

from crm.core.search.asking import ALL, Found, Span, found, found_of_kinds, matching
from crm.core.search.documents import (
    SearchDocument,
    links,
    note,
    rebuild,
    touch,
    touch_borrowers,
)
from crm.core.search.excerpts import excerpt
from crm.core.search.loading import line, loaded
from crm.core.search.question import Question, literal, words_of
from crm.core.search.repairing import repaired, seems_wrong
from crm.core.search.sources import (
    Document,
    Lines,
    Load,
    Result,
    SearchSource,
    Shown,
    known,
    open_to,
    register,
)
from crm.core.search.words import SearchWord

__all__ = [
    "ALL",
    "Document",
    "Found",
    "Lines",
    "Load",
    "Question",
    "Result",
    "SearchDocument",
    "SearchSource",
    "SearchWord",
    "Shown",
    "Span",
    "excerpt",
    "found",
    "found_of_kinds",
    "known",
    "line",
    "links",
    "literal",
    "loaded",
    "matching",
    "note",
    "open_to",
    "rebuild",
    "register",
    "repaired",
    "seems_wrong",
    "touch",
    "touch_borrowers",
    "words_of",
]
