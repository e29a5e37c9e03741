"""Changes of accounts, sign-ins and single-use links."""

from crm.accounts.services.accepting import (
    Newcomer,
    NoNewAccount,
    OtherAddress,
    accept_as_newcomer,
    accept_as_oneself,
    accept_with_password,
    address_of,
    choose_password,
)
from crm.accounts.services.address import ask_for_address, confirm_address
from crm.accounts.services.administering import LastAdministrator, set_active
from crm.accounts.services.entering import (
    POST_RESET,
    ask_for_reset,
    change_password,
    end_session,
    set_language,
    set_theme,
    sign_in,
    sign_out,
)
from crm.accounts.services.links import (
    LinkDetails,
    end_links,
    end_links_made_by,
    make_link,
    new_link,
    post_link,
    post_reset,
)
from crm.accounts.services.password_proof import (
    Proof,
    SignInRefused,
    hash_for,
    hash_for_newcomer,
    prove,
    prove_own,
)
from crm.accounts.services.sign_ins import end_all_sessions

__all__ = [
    "POST_RESET",
    "LastAdministrator",
    "LinkDetails",
    "Newcomer",
    "NoNewAccount",
    "OtherAddress",
    "Proof",
    "SignInRefused",
    "accept_as_newcomer",
    "accept_as_oneself",
    "accept_with_password",
    "address_of",
    "ask_for_address",
    "ask_for_reset",
    "change_password",
    "choose_password",
    "confirm_address",
    "end_all_sessions",
    "end_links",
    "end_links_made_by",
    "end_session",
    "hash_for",
    "hash_for_newcomer",
    "make_link",
    "new_link",
    "post_link",
    "post_reset",
    "prove",
    "prove_own",
    "set_active",
    "set_language",
    "set_theme",
    "sign_in",
    "sign_out",
]
