"""The page on which an administrator writes the words of the installation's own mail."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from crm.core import mail
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.messages import composing, texts
from crm.messages.forms.templates import WordsForm
from crm.messages.policy import MessagePermission
from crm.messages.services import templates as services
from crm.messages.services.templates import Place
from crm.messages.views import wording_of_templates as wording
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("installation_words", in_project=False)


@pages.get("/mail-words/<language>", requires=MessagePermission.ADMINISTER)
def edit(_actor: Actor, language: str) -> ResponseReturnValue:
    """Show the words for new passwords, to change them."""
    place = wording.of_installation(language)
    return _editor(place, wording.form_of(place))


@pages.post("/mail-words/<language>", requires=MessagePermission.ADMINISTER)
def save(actor: Actor, language: str) -> ResponseReturnValue:
    """Keep the words for new passwords as a new version."""
    place, form = wording.of_installation(language), WordsForm()
    form.attempt(
        lambda words: services.write_for_installation(
            actor, None, place=place, words=words, seen=form.seen
        )
    )
    if form.is_refused:
        return _editor(place, form)
    flash(_("The words are saved. This is how they will look."), "success")
    return redirect(url_for("installation_words.edit", language=language), 303)


def _editor(place: Place, form: WordsForm) -> ResponseReturnValue:
    return page(
        "messages/installation_words.html",
        form=form,
        placeholders=composing.placeholders(place.purpose, place.language),
        meanings=wording.MEANINGS,
        ours=texts.ours(place.purpose, place.language),
        rendered=wording.rendered(place, 0, mail.settings().sender_name),
        languages={code: wording.language_name(code) for code in texts.LANGUAGES},
        language=place.language,
        purpose=place.purpose,
        status=form.status,
    )
