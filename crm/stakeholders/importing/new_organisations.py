"""The helix of organisations that are new here, where no row of a list says it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from crm.core.normalisation import fold
from crm.stakeholders.importing.columns import CROSSES, Field
from crm.stakeholders.importing.tables import Table
from crm.stakeholders.models import Helix

_PLACES = frozenset({Field.ORGANISATION, Field.ORGANISATION_ROLE, Field.ROLE_ORGANISATION})
# Words that say by themselves what an organisation is, in the languages of the North Sea partners.
_TELLING: Mapping[Helix, str] = {
    Helix.GOVERNMENT: (
        r"gemeente|provincie|ministerie|waterschap|ggd|politie|veiligheidsregio|omgevingsdienst|"
        r"rijkswaterstaat|rijksdienst|belastingdienst|municipality|ministry|county council|"
        r"city council|gemeinde|landkreis|ministerium|kommune|kommun|provinsje"
    ),
    Helix.RESEARCH: (
        r"\w*universiteit|\w*university|\w*universit[ae]t|universitet|\w*hogeschool|hochschule|"
        r"umcg?|lectoraat|tno|onderzoeksinstituut|research (?:institute|centre|center)"
    ),
    Helix.BUSINESS: (
        r"bv|nv|vof|gmbh|ltd|llc|plc|a s|aps|b v|n v|v o f|bakkerij|slagerij|supermarkt|"
        r"drogisterij|hotel|restaurant|garagebedrijf|makelaardij|architecten|adviesbureau|"
        r"ondernemersvereniging"
    ),
    Helix.END_USERS: (
        r"bewoners\w*|buurtbewoners|buurtvereniging|wijkvereniging|dorpsbelangen|huurders\w*|"
        r"ouderenbond|clientenraad|patientenvereniging|seniorenraad|jongerenraad|residents? "
        r"association"
    ),
}
_TELLS = tuple(
    (helix, re.compile(rf"(?<!\w)(?:{telling})(?!\w)")) for helix, telling in _TELLING.items()
)


@dataclass(frozen=True, slots=True)
class HelixOfNew:
    """
    Which helix organisations get that are new here and of which no row says it.

    :ivar named: by folded name, of those about which somebody said it
    :ivar others: that of all others
    """

    others: Helix = Helix.END_USERS
    named: Mapping[str, Helix] = field(default_factory=dict)

    def of(self, name: str) -> Helix:
        """Return the helix of the organisation with this name."""
        return self.named.get(fold(name), self.others)


def helix_by_name(name: str) -> Helix | None:
    """Return the helix that the name of an organisation says by itself; none if it says none."""
    folded = fold(name)
    found = {helix for helix, tells in _TELLS if tells.search(folded)}
    return found.pop() if len(found) == 1 else None


def leaves_helix_open(table: Table, mapping: Mapping[str, Field | None]) -> bool:
    """Return whether a row names an organisation and has nothing in a column for its helix."""
    columns = [mapping.get(heading) for heading in table.headings]
    places = [at for at, one in enumerate(columns) if one in _PLACES]
    telling = [at for at, one in enumerate(columns) if one is Field.HELIX or one in CROSSES]
    return any(
        any(cells[at] for at in places) and not any(cells[at] for at in telling)
        for cells in table.rows
    )
