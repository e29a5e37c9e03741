"""Full text: folded documents, asked by words; what is typed wrong is repaired before that."""

from crm.core.search.documents import (
    SearchDocument,
    links,
    note,
    rebuild,
    reindex_dependents,
    touch,
)
from crm.core.search.excerpts import excerpt
from crm.core.search.index_queries import (
    ALL,
    MOST_SIFTED,
    Found,
    Span,
    found,
    found_of_kinds,
    openly_found,
)
from crm.core.search.loading import line, loaded
from crm.core.search.question import Question, literal, words_of
from crm.core.search.sources import (
    Document,
    Lines,
    Load,
    Result,
    SearchSource,
    Shown,
    Sieve,
    known,
    open_to,
    register,
    sieves_of,
)
from crm.core.search.spelling import repaired, seems_wrong
from crm.core.search.words import SearchWord

__all__ = [
    "ALL",
    "MOST_SIFTED",
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
    "Sieve",
    "Span",
    "excerpt",
    "found",
    "found_of_kinds",
    "known",
    "line",
    "links",
    "literal",
    "loaded",
    "note",
    "open_to",
    "openly_found",
    "rebuild",
    "register",
    "reindex_dependents",
    "repaired",
    "seems_wrong",
    "sieves_of",
    "touch",
    "words_of",
]
