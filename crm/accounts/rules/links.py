"""
The tokens of single-use links: one that is mailed, and one that is handed over.

Both open the same link and either uses it up. Only whoever reads the mail knows the first, so only
that one proves whose address it is: the colleague who invites is shown the second.
"""

from crm.core import tokens

MAILED, BY_HAND = "access", "access by hand"


def mailed(name: str) -> str:
    """Return the token that is mailed, made anew from its public part."""
    return tokens.signed(MAILED, name)


def by_hand(name: str) -> str:
    """Return the token that is shown to whoever made the link, to hand it over."""
    return tokens.signed(BY_HAND, name)


def kept_as(token: str) -> str:
    """Return the hash under which the link of a token of either kind is kept."""
    name = tokens.public_part(token)
    if name and tokens.opens(token, BY_HAND, name):
        return tokens.hashed(mailed(name))
    return tokens.hashed(token)
