"""Cells as people fill them: words for nothing, and what stands around an address."""

import re

from crm.core.folding import fold
from crm.stakeholders import addresses

_AROUND_ADDRESS = re.compile(r"^[<\s]*mailto:\s*|\s*(?=@)|(?<=@)\s*", re.IGNORECASE)
_NOTHING_TOLD = frozenset({
    "geen", "geen e mail", "geen email", "geen mail", "geen mailadres", "geen telefoon", "nvt",
    "n v t", "onbekend", "niet bekend", "n b", "nb", "none", "no", "nee", "unknown", "n a", "na",
})  # fmt: skip


def is_nothing(text: str) -> bool:
    """Return whether a cell only says that there is nothing: "geen", "n.v.t.", "unknown"."""
    return fold(text) in _NOTHING_TOLD


def email_in(text: str) -> str:
    """
    Return an address as it is written, without what programs and people put around it.

    :raises NotAnEmail: if it is none even so
    """
    try:
        return addresses.email(text)
    except addresses.NotAnEmail:
        return addresses.email(_AROUND_ADDRESS.sub("", text.rstrip(" >.")))
