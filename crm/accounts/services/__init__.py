"""Changes of accounts, sign-ins and single-use links."""

from crm.accounts.services.entering import (
    POST_RESET,
    SignInRefused,
    ask_for_reset,
    change_password,
    end_session,
    set_active,
    set_language,
    set_theme,
    sign_in,
    sign_out,
)
from crm.accounts.services.links import (
    LinkDetails,
    Newcomer,
    accept_link,
    link_token,
    make_link,
    new_link,
    post_link,
    post_reset,
)
from crm.accounts.services.sign_ins import end_all_sessions

__all__ = [
    "POST_RESET",
    "LinkDetails",
    "Newcomer",
    "SignInRefused",
    "accept_link",
    "ask_for_reset",
    "change_password",
    "end_all_sessions",
    "end_session",
    "link_token",
    "make_link",
    "new_link",
    "post_link",
    "post_reset",
    "set_active",
    "set_language",
    "set_theme",
    "sign_in",
    "sign_out",
]
