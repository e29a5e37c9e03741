"""The page behind a link to unsubscribe, and the one click of a mail programme."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core.permissions import Actor
from crm.messages.forms.unsubscribing import WishForm
from crm.messages.models import OutboxMessage
from crm.messages.policy import MessagePermission
from crm.messages.queries import links
from crm.messages.services.unsubscribing import Wish, link_actor, unsubscribe, wishes
from crm.web import personal_pages
from crm.web.personal_pages import PersonalPages
from crm.web.rendering import page

pages = PersonalPages("unsubscribing", home="choices")
ONE_CLICK = "One-Click"


@pages.get("/u/<token>", requires=MessagePermission.ANSWER)
def choices(_actor: Actor, token: str) -> ResponseReturnValue:
    """Ask what somebody does not want any more; nothing happens yet."""
    message = _opened(token)
    done = next((one for one in wishes(message) if one.value == request.args.get("done")), None)
    return _page(WishForm().offer(wishes(message)), token, done=done)


@pages.post("/u/<token>", requires=MessagePermission.ANSWER)
def unsubscribed(_actor: Actor, token: str) -> ResponseReturnValue:
    """Send no more of it, from now on; a mail programme asks for it as RFC 8058 says."""
    message = _opened(token)
    if request.form.get("List-Unsubscribe") == ONE_CLICK:
        unsubscribe(link_actor(message), message, wish=Wish.BULK)
        return page("messages/unsubscribed.html", done=Wish.BULK)
    form = WishForm().offer(wishes(message))
    form.attempt(lambda wish: unsubscribe(link_actor(message), message, wish=wish))
    if form.is_refused:
        return _page(form, token)
    return redirect(url_for("unsubscribing.choices", token=token, done=form.wish.data), 303)


def _opened(token: str) -> OutboxMessage:
    message = links.message_by_link(token)
    personal_pages.count(token)
    personal_pages.speak(message.language)
    return message


def _page(form: WishForm, token: str, *, done: Wish | None = None) -> ResponseReturnValue:
    template = "messages/unsubscribed.html" if done else "messages/unsubscribe.html"
    return page(template, form=form, token=token, done=done, status=form.status)
