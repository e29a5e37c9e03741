"""Words in an attendance list: headings over a status, and what the status itself says."""

from collections.abc import Mapping

from crm.core.normalisation import fold
from crm.design_sessions.models import AttendanceStatus

_HEADINGS = (
    "status, aanwezig, aanwezigheid, presentie, present, opkomst, was aanwezig, gekomen, "
    "is gekomen, verschenen, deelname, deelgenomen, aanwezig ja nee, aanwezig j n, ja nee, "
    "ingecheckt, attendance, attendance status, attended, presence, came, was there, "
    "attendee status, check in, checked in, checked in y n, check in status, anwesend, "
    "anwesenheit, teilgenommen"
)
HEADINGS = frozenset(_HEADINGS.split(", "))
"""Folded headings of a column that says who came."""
_ASKED = (
    "ben je erbij, ben jij erbij, bent u erbij, ben je aanwezig, bent u aanwezig, was je erbij, "
    "was u erbij, was je aanwezig, was u aanwezig, kom je ook, komt u ook, kom je naar, "
    "komt u naar, will you attend, will you be there, can you come, are you coming, "
    "did you attend, were you there"
)
_QUESTIONS = tuple(f"{question} " for question in _ASKED.split(", "))
"""How the question of a form begins, folded, with the space behind it."""

_WORDS: Mapping[AttendanceStatus, str] = {
    AttendanceStatus.PRESENT: (
        "aanwezig, was aanwezig, present, ja, j, yes, y, x, v, 1, waar, true, was er, "
        "gekomen, is gekomen, wel gekomen, kwam, verschenen, deelgenomen, geweest, ingecheckt, "
        "attended, came, there, was there, did attend, checked in, attendee checked in, ok, "
        "anwesend, teilgenommen"
    ),
    AttendanceStatus.EXCUSED: (
        "afgemeld, met kennisgeving, met bericht, m k, mk, met afmelding, afwezig met "
        "kennisgeving, afwezig met bericht, verhinderd, ziek, ziekgemeld, bericht van "
        "verhindering, excused, apologies, sent apologies, sick, ill, cancelled, canceled, "
        "geannuleerd, entschuldigt"
    ),
    AttendanceStatus.NO_SHOW: (
        "afwezig, niet aanwezig, nee, n, no, 0, onwaar, false, niet gekomen, kwam niet, is niet "
        "gekomen, niet verschenen, niet geweest, was er niet, niet, no show, noshow, absent, "
        "did not attend, not attended, not checked in, did not come, not there, zonder bericht, "
        "zonder kennisgeving, z k, zk, afwezig zonder bericht, afwezig zonder kennisgeving, "
        "niet ingecheckt, abwesend, nein"
    ),
}
_STATUS_OF = {word: status for status, words in _WORDS.items() for word in words.split(", ")}
_SIGNS = {
    **dict.fromkeys("✓✔☑✅", AttendanceStatus.PRESENT),
    **dict.fromkeys("✗✘☒❌", AttendanceStatus.NO_SHOW),
    "+": AttendanceStatus.PRESENT,
    "-": AttendanceStatus.NO_SHOW,
}


def word_key(cell: str) -> str:
    """Return a cell as words are compared: folded, or a sign alone as it is."""
    return fold(cell) or cell.strip()[:1]


def status_of(cell: str) -> AttendanceStatus | None:
    """Return what a Dutch or English word, or a sign, says of somebody; nothing if unknown."""
    return _SIGNS.get(cell.strip().rstrip("\ufe0f")) or _STATUS_OF.get(fold(cell))


def is_status(heading: str) -> bool:
    """Return whether a column with this heading seems to say who came."""
    words = " ".join(word for word in fold(heading).split() if not word.isdigit())
    return words in HEADINGS or f"{words} ".startswith(_QUESTIONS)
