"""
In which blocks a record is looked for: who shares no key with it is never compared.

A key is a letter for its kind and what is shared. So nobody is compared with everybody: adding one
person costs a look at a few blocks, however many persons there are.
"""

from collections.abc import Iterable

from crm.stakeholders.likeness.traits import OrganisationTraits, PersonTraits

# With the same first name and surnames that begin alike one may be meant by who types; that alone
# makes no likely pair, so these blocks are not gone through in the background.
_ONLY_WHILE_TYPING = "t"
_BEGINNING = 4
_FEWEST_LETTERS = 3
_MOST_LETTERS = 6
# By which keys one is looked for first: an address is of few, an organisation may be of thousands.
_IN_TURN = ("ephsc", "nwa" + _ONLY_WHILE_TYPING, "oibz")


def keys_of_person(traits: PersonTraits) -> frozenset[str]:
    """Return the keys of a person: address, number, surname with initial, organisation."""
    initial = traits.initials[:1]
    surnames = traits.surnames or {""}
    shown = [one.replace(" ", "") for one in surnames]
    keys = {f"e:{one}" for one in traits.emails} | {f"p:{one}" for one in traits.phones}
    keys |= {f"n:{one}|{initial}" for one in shown if one or traits.given}
    for place in traits.organisations:
        keys |= {f"o:{place}|{one[:1]}" for one in shown}
        keys.add(f"i:{place}|{initial}")
    if traits.given:
        keys |= {f"{_ONLY_WHILE_TYPING}:{traits.given}|{one[:2]}" for one in shown}
    return frozenset(keys)


def keys_of_organisation(traits: OrganisationTraits) -> frozenset[str]:
    """Return the keys of an organisation: name, its beginning and end, website and address."""
    core = traits.core
    keys = {f"n:{core}", f"s:{''.join(sorted(traits.words))}"}
    keys |= {f"b:{core[:_BEGINNING]}", f"z:{core[-_BEGINNING:]}"}
    keys |= {f"w:{word}" for word in traits.words if len(word) > _BEGINNING}
    if traits.host:
        keys.add(f"h:{traits.host}")
    if traits.postcode:
        keys.add(f"a:{traits.postcode}")
    keys |= {f"c:{called}" for called in (core, traits.letters) if _may_be_letters(called)}
    return frozenset(keys)


def in_turn(keys: Iterable[str]) -> list[list[str]]:
    """Return keys in groups: those first of which a block is small and so tells most."""
    ordered = sorted(keys)
    groups = ([one for one in ordered if one[0] in letters] for letters in _IN_TURN)
    return [group for group in groups if group]


def is_searched(key: str) -> bool:
    """Whether the block of a key is gone through in the background."""
    return not key.startswith(f"{_ONLY_WHILE_TYPING}:")


def _may_be_letters(called: str) -> bool:
    return _FEWEST_LETTERS <= len(called) <= _MOST_LETTERS
