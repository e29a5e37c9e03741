"""What is asked about the words of a list: which member of a field each of them means."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import cast

from wtforms import Field as FormField
from wtforms import SelectField

from crm.core.i18n import _
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.memory import MOST_WORDS, WordQuestion
from crm.stakeholders.languages import NAMES
from crm.stakeholders.models import Helix
from crm.stakeholders.names import FormOfAddress
from crm.stakeholders.services.import_memory import Explained
from crm.web.forms import Form, SelectChoice
from crm.web.rendering import label

LATER = "?"


class WordsForm(Form):
    """What each word means."""

    questions: tuple[WordQuestion, ...] = ()

    @property
    def asked(self) -> list[tuple[WordQuestion, FormField]]:
        """The questions, each with its field, in their order."""
        return [(one, self[_name(one)]) for one in self.questions]

    def details(self) -> list[Explained]:
        """Return what was explained; a word that was put off is asked about again."""
        return [
            Explained(one.field, one.word, answer.data)
            for one, answer in self.asked
            if answer.data != LATER
        ]


def words_form(questions: Sequence[WordQuestion]) -> WordsForm:
    """Return the form that asks about the first of these, each with what it probably means."""
    questions = questions[:MOST_WORDS]
    fields: dict[str, object] = {_name(one): _question(one) for one in questions}
    fields["questions"] = tuple(questions)
    kind = cast("type[WordsForm]", type("WordsOfTable", (WordsForm,), fields))
    return kind(data={_name(one): one.guess or LATER for one in questions})


def meanings(field: Field) -> dict[str, str]:
    """Return what a word in a column of this kind can mean, in the reader's words."""
    if field in {Field.HELIX, Field.SECOND_HELIX, Field.ORGANISATION}:
        return {one.value: str(label(one)) for one in Helix}
    if field is Field.LANGUAGE:
        return dict(NAMES)
    return {one.value: str(label(one)) for one in FormOfAddress}


def _question(one: WordQuestion) -> SelectField:
    offered = {LATER: _("I do not know yet"), **meanings(one.field)}
    if one.field is Field.ORGANISATION:
        return SelectField(one.word, choices=_choices(offered))
    return SelectField(f"“{one.word}”", choices=_choices({**offered, "": _("Leave it out")}))


def _choices(offered: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, str(words)) for value, words in offered.items()]


def _name(one: WordQuestion) -> str:
    return f"word_{one.field.value}_{sha256(one.key.encode()).hexdigest()[:12]}"
