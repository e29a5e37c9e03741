"""What there is to say about a row: errors reject it, warnings leave out a doubtful value."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from crm.core.i18n import LazyString, _l
from crm.stakeholders.rules.columns import Field


class Level(StrEnum):
    """The weights of a message: it keeps a row out, leaves out a value, or says what it is."""

    ERROR = "error"
    WARNING = "warning"
    ASIDE = "aside"


class Problem(StrEnum):
    """What is the matter with a value."""

    NO_NAME = "no_name"
    NAME_IS_ADDRESS = "name_is_address"
    ADDRESS_ALONE = "address_alone"
    TOTAL = "total"
    REMARK = "remark"
    SECTION = "section"
    NAME_IS_NUMBER = "name_is_number"
    DEVICE = "device"
    OWNER_OF_DEVICE = "owner_of_device"
    NUMBER_IN_NAME = "number_in_name"
    TWO_PEOPLE = "two_people"
    TWO_ORGANISATIONS = "two_organisations"
    FORMULA = "formula"
    NAME_TOO_LONG = "name_too_long"
    NOT_AN_EMAIL = "not_an_email"
    ZERO_PUT_BACK = "zero_put_back"
    PHONE_MANGLED = "phone_mangled"
    PHONE_UNREADABLE = "phone_unreadable"
    IMPOSSIBLE_DATE = "impossible_date"
    NOT_A_POSTCODE = "not_a_postcode"
    UNKNOWN_HELIX = "unknown_helix"
    NOT_A_WEBSITE = "not_a_website"
    MORE_CELLS = "more_cells"
    UNKNOWN_RECORD = "unknown_record"
    RECORD_GONE = "record_gone"
    ORGANISATION_GONE = "organisation_gone"
    OTHER_LIST = "other_list"
    NAME_TAKEN = "name_taken"
    SAME_HELIX = "same_helix"
    SHARED_EMAIL = "shared_email"
    WRITTEN_TWICE = "written_twice"
    ORGANISATION_EMAIL = "organisation_email"
    ORGANISATION_PHONE = "organisation_phone"
    HOME_ADDRESS = "home_address"


_ERRORS = frozenset(
    {
        Problem.NO_NAME,
        Problem.NAME_IS_ADDRESS,
        Problem.TOTAL,
        Problem.REMARK,
        Problem.SECTION,
        Problem.NAME_IS_NUMBER,
        Problem.DEVICE,
        Problem.FORMULA,
        Problem.NAME_TOO_LONG,
        Problem.UNKNOWN_RECORD,
        Problem.RECORD_GONE,
        Problem.ORGANISATION_GONE,
        Problem.OTHER_LIST,
    }
)
ASIDE = frozenset({Problem.TOTAL, Problem.REMARK, Problem.SECTION})
"""What says of a row that it is about nobody, and is nobody's fault."""
HELD = frozenset({Problem.NAME_TAKEN, Problem.SAME_HELIX, Problem.SHARED_EMAIL})
"""What is worth a look before the rest is done: something is asked, or is not done as wanted."""
UNPLACED: Mapping[Problem, tuple[Field, ...]] = {
    Problem.ORGANISATION_EMAIL: (Field.EMAIL,),
    Problem.ORGANISATION_PHONE: (Field.PHONE,),
    Problem.HOME_ADDRESS: (Field.STREET, Field.POSTCODE, Field.TOWN),
}
"""What is left out as the register has no place for it, with the fields that it stands in."""
PROBLEM_TEXTS: Mapping[Problem, LazyString] = {
    Problem.NO_NAME: _l("There is no name and no organisation."),
    Problem.NAME_IS_ADDRESS: _l("The name is an e-mail address. Fill in who it is."),
    Problem.ADDRESS_ALONE: _l(
        "There is only an e-mail address. It stands in the place of the name."
    ),
    Problem.TOTAL: _l("This line counts the rows of the list and is nobody."),
    Problem.REMARK: _l("This is a remark beside the list and is nobody."),
    Problem.SECTION: _l("This is a heading between the rows and is nobody."),
    Problem.NAME_IS_NUMBER: _l("This is a number or a date and no name. Perhaps Excel changed it."),
    Problem.DEVICE: _l("This is the name of a device. Fill in whose it is."),
    Problem.OWNER_OF_DEVICE: _l(
        "This is the name of a device. Whoever it names as its owner was taken."
    ),
    Problem.NUMBER_IN_NAME: _l("There is a number in this name. Look whether it is a person."),
    Problem.TWO_PEOPLE: _l("These seem to be two people. Give each a row of their own."),
    Problem.TWO_ORGANISATIONS: _l(
        "These seem to be two organisations. Give the person a row for each of them."
    ),
    Problem.FORMULA: _l("This looks like a formula and not like a name."),
    Problem.NAME_TOO_LONG: _l("This name has more than 200 characters."),
    Problem.NOT_AN_EMAIL: _l("This is not an e-mail address. It was left out."),
    Problem.ZERO_PUT_BACK: _l("The zero at the start was lost. It was put back."),
    Problem.PHONE_MANGLED: _l("Excel has cut this phone number short. It was left out."),
    Problem.PHONE_UNREADABLE: _l("This is not a phone number. It was left out."),
    Problem.IMPOSSIBLE_DATE: _l("This date does not exist. It was left out."),
    Problem.NOT_A_POSTCODE: _l("This postcode does not exist. It was left out."),
    Problem.UNKNOWN_HELIX: _l("This helix is not known. It was left out."),
    Problem.NOT_A_WEBSITE: _l("This is not a web address. It was left out."),
    Problem.UNKNOWN_RECORD: _l("This Kring number is not of this project."),
    Problem.RECORD_GONE: _l("The person with this Kring number was removed here."),
    Problem.ORGANISATION_GONE: _l("The organisation with this Kring number was removed here."),
    Problem.OTHER_LIST: _l(
        "People and organisations are two lists. Most rows here are of the other one: import this "
        "row in a list of its own."
    ),
    Problem.NAME_TAKEN: _l(
        "There is another organisation with this name. This one keeps the name that it has. Merge "
        "the two if they are the same."
    ),
    Problem.SAME_HELIX: _l("The second helix is the usual one. Both stay as they are here."),
    Problem.SHARED_EMAIL: _l(
        "Somebody else in this list has this e-mail address, and another name. Both come in. Is it "
        "one person? Then skip this row."
    ),
    Problem.WRITTEN_TWICE: _l(
        "This text was stored with the wrong encoding, as “ZoÃ«” for “Zoë”. It was mended."
    ),
    Problem.ORGANISATION_EMAIL: _l(
        "Kring has no field yet for the e-mail address of an organisation. It was left out."
    ),
    Problem.ORGANISATION_PHONE: _l(
        "Kring has no field yet for the phone number of an organisation. It was left out."
    ),
    Problem.HOME_ADDRESS: _l(
        "Kring has no field yet for the address where somebody lives. It was left out."
    ),
    Problem.MORE_CELLS: _l("This row has more cells than headings. The rest was left out."),
}


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to say about a row; `raw` is the text as it stood there."""

    row: int
    problem: Problem
    field: Field | None = None
    raw: str = ""

    @property
    def is_error(self) -> bool:
        """Whether it rejects the row."""
        return self.problem in _ERRORS

    @property
    def level(self) -> Level:
        """Its weight."""
        if self.problem in ASIDE:
            return Level.ASIDE
        return Level.ERROR if self.is_error else Level.WARNING

    @property
    def text(self) -> LazyString:
        """The sentence for a person."""
        return PROBLEM_TEXTS[self.problem]
