"""Full text: folded documents, asked by words; what is typed wrong is repaired before that."""

from crm.core.search.documents import (
    SearchDocument,
    SearchWord,
    rebuild,
    register,
    reindex_dependents,
    touch,
)
from crm.core.search.index_queries import (
    ALL,
    MOST_SIFTED,
    Found,
    Span,
    found,
    found_of_kinds,
    openly_found,
)
from crm.core.search.question import Question, excerpt, literal, words_of
from crm.core.search.sources import (
    Document,
    Lines,
    Load,
    Result,
    SearchSource,
    Shown,
    Sieve,
    known,
    line,
    loaded,
    open_to,
    sieves_of,
)
from crm.core.search.spelling import repaired, seems_wrong
