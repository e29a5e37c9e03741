"""Rows of one file that are about the same person or organisation."""

from collections.abc import Iterable, Iterator

from crm.core.folding import fold
from crm.stakeholders.addresses import email_key
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.names import full_name

Key = tuple[str, ...]


def keys(candidate: Candidate) -> Iterator[Key]:
    """
    Yield the keys of a candidate: whoever shares one of them is taken for the same.

    For a person: an e-mail address; a phone number with the name; the name with the organisation.
    A name alone is only a key where nothing else is known. For an organisation: its name.
    """
    if candidate.record:
        yield ("record", candidate.record)
        return
    organisation = fold(candidate.organisation)
    if not candidate.is_person:
        yield ("organisation", organisation)
        return
    name = fold(full_name(candidate.name))
    yield from (("email", email_key(address)) for address in candidate.emails)
    yield from (("phone", reading.number, name) for reading in candidate.phones)
    if name and (organisation or not (candidate.emails or candidate.phones)):
        yield ("name", name, organisation)


def find_duplicates(candidates: Iterable[Candidate]) -> dict[int, int]:
    """Return the rows that repeat an earlier one, with its number; rejected rows do not count."""
    first: dict[Key, int] = {}
    repeated: dict[int, int] = {}
    for candidate in candidates:
        if candidate.is_rejected:
            continue
        found = list(keys(candidate))
        earlier = min((first[key] for key in found if key in first), default=None)
        if earlier is not None:
            repeated[candidate.row] = earlier
        for key in found:
            first.setdefault(key, candidate.row if earlier is None else earlier)
    return repeated
