"""The pseudo-locale: what is not in brackets on any page was never marked for translation."""

import re
from zoneinfo import available_timezones

import pytest
from babel import Locale
from babel.support import NullTranslations
from flask import Flask
from flask_babel import get_domain
from sqlalchemy import String, select

from crm.core.db import Base, Database
from crm.core.mail import Purpose
from crm.core.permissions import Role
from crm.intake.reading.encodings import ENCODINGS
from crm.messages.rules import texts
from crm.messages.rules.examples import EXAMPLES
from crm.messages.rules.vocabulary import WORDS
from crm.networks.rules.catalogue import catalogue_of
from crm.stakeholders.values.languages import NAMES
from crm.web.i18n import LANGUAGES
from tests import walk
from tests.conventions import page_rules
from tests.conventions.test_templates import SAME_EVERYWHERE, WORD
from tests.demonstration import Entering

# Who chooses a language finds it by its own name.
OF_LANGUAGES = frozenset(WORD.findall(" ".join(NAMES.values()).casefold()))
# The opening of a letter is written in the language of its person, whoever reads the page.
OF_LETTERS = frozenset({"geachte", "mevrouw", "heer", "beste", "dear", "ms", "mr"})
# Encodings have the same name everywhere.
OF_ENCODINGS = frozenset(WORD.findall(" ".join(ENCODINGS).casefold()))
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
# A link in a letter holds a token of chance.
ADDRESS = re.compile(r"https?://[^\s⟧]+/[^\s⟧]+")


class PseudoTranslations(NullTranslations):
    """Put every text that passes through gettext in brackets."""

    def gettext(self, message: str) -> str:
        """Return the text in brackets."""
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form for `n` in brackets."""
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"

    ugettext = gettext
    ungettext = ngettext


def speak_pseudo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.test_request_context():
        cache = get_domain().cache
    for language in (*LANGUAGES, "en_GB"):
        monkeypatch.setitem(cache, (language, "messages"), PseudoTranslations())


def words_of_rows(app: Flask) -> set[str]:
    """Return every word that stands in the database: what users wrote is not ours to mark."""
    database: Database = app.extensions["kring_database"]
    found: set[str] = set()
    with database.engine.connect() as connection:
        for table in Base.metadata.tables.values():
            texts = [column for column in table.columns if isinstance(column.type, String)]
            for row in connection.execute(select(*texts)) if texts else ():
                found.update(WORD.findall(" ".join(str(value) for value in row).casefold()))
    return found


def words_of_calendars() -> set[str]:
    """Return names of days, months and halves of the day, which Babel knows, and of time zones."""
    names = [
        name
        for locale in map(Locale.parse, (*LANGUAGES, "en_GB"))
        for kind in (locale.days, locale.months, locale.day_periods)
        for widths in kind.values()
        for width in widths.values()
        for name in width.values()
    ]
    return set(WORD.findall(" ".join([*names, *available_timezones()]).casefold()))


def words_of_mail() -> set[str]:
    """Return the words that Kring brings for messages, which have their reader's language."""
    kinds = [(purpose, language) for purpose in Purpose for language in texts.LANGUAGES]
    written = [part for kind in kinds for part in texts.ours(*kind)]
    below = [texts.own_words(language) for language in texts.LANGUAGES]
    around = [text for own in below for text in (*own["reasons"].values(), own["unsubscribe"])]
    placeholders = [word for words in WORDS.values() for word in words]
    people = [one.name for one in EXAMPLES]
    values = [
        value
        for purpose, language in kinds
        for value in EXAMPLES[0].values(purpose, language, project="", link="http").values()
    ]
    return set(
        WORD.findall(" ".join([*written, *around, *placeholders, *people, *values]).casefold())
    )


def words_of_measures() -> set[str]:
    """Return the words of formulas and of titles, which are the same in every language."""
    meanings = []
    for two_modes in (False, True):
        held = catalogue_of(two_modes=two_modes)
        meanings += [*held.points.values(), *held.network.values(), held.mixing, held.homophily]
    told = " ".join(f"{one.formula} {one.source}" for one in meanings)
    return set(WORD.findall(told.casefold()))


def unmarked(text: str, known: set[str]) -> set[str]:
    text = ADDRESS.sub(" ", text)
    while MARKED.search(text):
        text = MARKED.sub(" ", text)
    return {word for word in WORD.findall(text) if word.casefold() not in known}


def test_every_text_on_every_page_is_marked(
    demo: Flask, entering: Entering, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = entering(Role.LEADER)
    same = {word.casefold() for word in SAME_EVERYWHERE}
    known = words_of_rows(demo) | words_of_calendars() | words_of_mail() | same
    known |= OF_LETTERS | OF_LANGUAGES | OF_ENCODINGS | words_of_measures()
    speak_pseudo(demo, monkeypatch)

    bare = {
        address: {text: unmarked(text, known) for text in page_rules.words(html)}
        for address, html in walk.pages(demo, client).items()
    }

    wrong = {a: {t: w for t, w in texts.items() if w} for a, texts in bare.items()}
    assert {address: texts for address, texts in wrong.items() if texts} == {}


def test_a_bare_text_would_be_seen() -> None:
    assert unmarked("⟦Hello ⟦you⟧⟧ there Ada", {"ada"}) == {"there"}
