"""The page on which people are asked by mail with whom they work."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.messages.composing import Rendered
from crm.messages.forms.sending import SendForm
from crm.messages.queries import previews, reach
from crm.messages.queries.addressing import Addressed
from crm.messages.queries.reach import Reach
from crm.messages.views import free_messages, letters, wording
from crm.networks import services
from crm.networks.mail_content import TRIED
from crm.networks.policy import NetworkPermission
from crm.networks.queries import declared_ties
from crm.networks.views.declaring import DECLARED
from crm.networks.views.pages import pages
from crm.projects.models import Project
from crm.stakeholders.views.persons import filter_form
from crm.web.rendering import page

ASK = f"{DECLARED}/ask"


@pages.get(ASK, requires=NetworkPermission.DECLARE)
def ask_ties(actor: Actor, project: Project) -> ResponseReturnValue:
    """Choose people to ask by mail with whom they work."""
    return _page(actor, project, SendForm(formdata=None))


@pages.post(ASK, requires=NetworkPermission.DECLARE)
def send_question(actor: Actor, project: Project) -> ResponseReturnValue:
    """Ask those who were chosen."""
    form, people = SendForm(), free_messages.chosen(actor, project)
    batch = form.attempt(lambda how: services.ask_ties(actor, project, people=people, how=how))
    return _page(actor, project, form) if batch is None else free_messages.to_batch(project, batch)


@pages.get(f"{ASK}/letters/<int:person_id>", requires=NetworkPermission.DECLARE)
def question_letter(actor: Actor, _project: Project, person_id: int) -> ResponseReturnValue:
    """Give the question as one person would get it, in HTML and sealed."""
    to = free_messages.addressed(declared_ties.question(), person_id)
    return letters.sealed(_rendered(actor, to) if to else None)


def _page(actor: Actor, project: Project, form: SendForm) -> ResponseReturnValue:
    found = reach.reach(free_messages.chosen(actor, project), declared_ties.question())
    return page(
        "networks/ask_ties.html",
        form=form,
        status=form.status,
        read=_read(actor, project, found),
        narrowed=filter_form(actor, project),
        days=services.LINK_LASTS.days,
        rest=declared_ties.ANSWER_LASTS.days,
        **wording.reached(actor, project, found),
    )


def _read(actor: Actor, project: Project, found: Reach) -> dict[str, Any] | None:
    """Return how the question reads for the recipient in the address, else for the first."""
    wanted = request.args.get("reader", type=int)
    one = (
        None
        if found.lacking()
        else free_messages.reading(found, wanted, lambda to: _rendered(actor, to))
    )
    address = "networks.question_letter"
    return letters.read(actor, one, address, project_slug=project.slug) if one else None


def _rendered(actor: Actor, to: Addressed) -> Rendered | None:
    told = {"by": actor.account_id, TRIED: True}
    return previews.rendered(Purpose.TIES, to, about_id=to.person.id, params=told)
