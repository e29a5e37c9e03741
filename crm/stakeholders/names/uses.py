"""Words for which surname a person uses."""

from crm.core.normalisation import fold
from crm.stakeholders.names.parts import NameUse

_USES = {
    NameUse.OWN: "e, eigen, eigen naam, own, geboortenaam",
    NameUse.PARTNER: "p, partner, naam partner, naam van partner, partnernaam",
    NameUse.PARTNER_THEN_OWN: (
        "v, partner voor eigen, partner then own, partner eigen, partner eigen naam, "
        "naam partner eigen naam, naam partner geboortenaam, partnernaam geboortenaam"
    ),
    NameUse.OWN_THEN_PARTNER: (
        "n, partner na eigen, own then partner, eigen partner, eigen naam partner, "
        "eigen naam naam partner, geboortenaam naam partner, geboortenaam partnernaam"
    ),
}
_USE_OF = {word: use for use, words in _USES.items() for word in words.split(", ")}


def name_use(text: str) -> NameUse:
    """Return the name use that a register letter (E, P, V, N) or its words mean; else own."""
    return _USE_OF.get(fold(text), NameUse.OWN)
