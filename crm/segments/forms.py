"""What is asked about conditions: rows to put them together, and the name to keep them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import DataRequired, Length

from crm.core import clock, conditions
from crm.core.conditions import Condition, ConditionRefused, Group, Named, Pick
from crm.core.i18n import _, _l
from crm.core.permissions import Actor
from crm.segments.models import Segment
from crm.segments.services import SegmentDetails
from crm.web.forms import Form

WHOLE = "0"
_PATH = re.compile(r"0(?:\.[0-9]{1,3}){0,3}")
_LONGEST = 300
Args = MultiDict[str, str]


@dataclass
class Control:
    """
    What is filled in at one parameter of a row.

    :ivar choices: keys and words to choose from; none where it is typed
    """

    parameter: conditions.Parameter
    text: str
    choices: list[tuple[str, str]] | None = None
    error: str = ""

    def value(self) -> str:
        """Return what was filled in as a condition keeps it; what is wrong it says in `error`."""
        try:
            return self.parameter.parse_input(self.text) if self.text else ""
        except ConditionRefused as refusal:
            self.error = str(refusal)
            return ""

    @property
    def is_day(self) -> bool:
        """Whether it is a day."""
        return isinstance(self.parameter, conditions.Day)

    @property
    def is_name(self) -> bool:
        """Whether it is one of very many, which are looked up by name."""
        return isinstance(self.parameter, Named)


@dataclass
class Row:
    """One condition that is being filled in."""

    kind: conditions.ConditionKind
    negated: bool
    controls: list[Control]
    path: str = ""
    error: str = ""

    def expression(self, actor: Actor) -> Condition | None:
        """Return it as a condition; nothing where something is wrong, which its controls say."""
        values = tuple(control.value() for control in self.controls)
        if any(control.error for control in self.controls):
            return None
        try:
            made = Condition(self.kind.key, values)
            given = self.kind.bind_values(made, actor, clock.today())
        except ConditionRefused as refusal:
            wrong: Control | Row = self
            for control in self.controls:
                if control.parameter.name == refusal.field:
                    wrong = control
            wrong.error = str(refusal)
            return None
        return self.kind.condition(given, negated=self.negated)

    @property
    def is_wrong(self) -> bool:
        """Whether something in it cannot be used, once it was made a condition."""
        return bool(self.error) or any(control.error for control in self.controls)


@dataclass
class Rows:
    """Rows of which all must hold, or any."""

    any: bool = False
    negated: bool = False
    parts: "list[Row | Rows]" = field(default_factory=list)
    path: str = WHOLE

    @property
    def is_inside(self) -> bool:
        """Whether it is a group in another."""
        return self.path != WHOLE

    @property
    def may_hold_groups(self) -> bool:
        """Whether a group can be put into it still."""
        return self.path.count(".") < conditions.MOST_DEEP - 1

    def expression(self, actor: Actor) -> Group:
        """Return it as conditions, without the rows in which something is wrong."""
        found = [part.expression(actor) for part in self.parts]
        made: list[conditions.Expression] = [part for part in found if part is not None]
        return Group(tuple(made), any=self.any, negated=self.negated)

    @property
    def is_wrong(self) -> bool:
        """Whether something in it cannot be used, once it was made conditions."""
        return any(part.is_wrong for part in self.parts)

    def number(self, path: str = WHOLE) -> int:
        """Give each row and group in it a path, and return how many rows there are."""
        self.path, count = path, 0
        for at, part in enumerate(self.parts, start=1):
            if isinstance(part, Rows):
                count += part.number(f"{path}.{at}")
            else:
                part.path, count = f"{path}.{at}", count + 1
        return count


def of_conditions(asked: Group, actor: Actor) -> Rows:
    """Return conditions as rows to change."""
    rows = _rows(asked, actor, {})
    rows.number()
    return rows


def of_address(args: Args, actor: Actor) -> Rows:
    """Return the rows that a page sent; what is no row of ours is left out."""
    rows = _read(args, WHOLE, actor, {})
    _step(rows, args, actor)
    rows.number()
    return rows


Offers = dict[tuple[str, str], list[tuple[str, str]]]


def _rows(group: Group, actor: Actor, offers: Offers) -> Rows:
    parts: list[Row | Rows] = []
    for part in group.parts:
        if isinstance(part, Group):
            parts.append(_rows(part, actor, offers))
        else:
            kind = conditions.kind_of(part.kind)
            given = kind.bind_values(part, actor, clock.today())
            parts.append(_row(kind, given.values, actor, offers, negated=part.negated))
    return Rows(group.any, group.negated, parts)


def _row(
    kind: conditions.ConditionKind,
    values: Mapping[str, str],
    actor: Actor,
    offers: Offers,
    *,
    negated: bool,
) -> Row:
    controls = []
    for parameter in kind.parameters:
        text = values.get(parameter.name, "")
        if isinstance(parameter, Named) and text:
            text = parameter.named(actor, text)
        controls.append(_control(kind, parameter, text, actor, offers))
    return Row(kind, negated, controls)


def _control(
    kind: conditions.ConditionKind,
    parameter: conditions.Parameter,
    text: str,
    actor: Actor,
    offers: Offers,
) -> Control:
    if not isinstance(parameter, Pick):
        return Control(parameter, text)
    key = kind.key, parameter.name
    # Asked once a page, however many rows have this parameter.
    if key not in offers:
        offers[key] = list(parameter.offered(actor))
    choices = [("", _("Choose …") if parameter.is_required else _("Any")), *offers[key]]
    if text and text not in dict(choices):
        choices.append((text, parameter.named(actor, text)))
    return Control(parameter, text, choices)


def _read(args: Args, path: str, actor: Actor, offers: Offers) -> Rows:
    names = {name.partition("-")[2] for name in args if name.startswith(("kind-", "match-"))}
    below = [name for name in names if _PATH.fullmatch(name) and name.rpartition(".")[0] == path]
    parts: list[Row | Rows] = []
    # By number: as texts, the tenth row would stand before the second.
    for name in sorted(below, key=lambda text: int(text.rpartition(".")[2]))[
        : conditions.MOST_CONDITIONS
    ]:
        if f"match-{name}" in args:
            parts.append(_read(args, name, actor, offers))
        elif (kind := _kind(args[f"kind-{name}"])) is not None:
            controls = []
            for parameter in kind.parameters:
                text = args.get(f"value-{name}-{parameter.name}", "").strip()[:_LONGEST]
                controls.append(_control(kind, parameter, _known(parameter, text), actor, offers))
            parts.append(Row(kind, bool(args.get(f"not-{name}")), controls, name))
    return Rows(args.get(f"match-{path}") == "any", bool(args.get(f"not-{path}")), parts, path)


def _kind(key: str) -> conditions.ConditionKind | None:
    try:
        return conditions.kind_of(key)
    except ConditionRefused:
        return None


def _known(parameter: conditions.Parameter, text: str) -> str:
    """Return what was chosen; a choice that makes no sense counts as none."""
    if isinstance(parameter, Pick) and text:
        try:
            return parameter.checked(text)
        except ConditionRefused:
            return ""
    return text


def _step(rows: Rows, args: Args, actor: Actor) -> None:
    """Add a row or a group, or take one away, as the button says that was pressed."""
    step, _colon, path = args.get("do", "").partition(":")
    if step == "drop":
        _drop(rows, path)
    group = _found(rows, path)
    if group is None:
        return
    if step == "group" and group.may_hold_groups:
        group.parts.append(Rows(any=not group.any))
    if step == "add":
        wanted = args.get(f"new-{path}", "")
        kinds = [kind for kind in conditions.kinds(actor) if kind.key == wanted]
        group.parts += [_row(kind, {}, actor, {}, negated=False) for kind in kinds]


def _found(rows: Rows, path: str) -> Rows | None:
    if rows.path == path:
        return rows
    inner = (_found(part, path) for part in rows.parts if isinstance(part, Rows))
    return next((group for group in inner if group is not None), None)


def _drop(rows: Rows, path: str) -> None:
    rows.parts = [part for part in rows.parts if part.path != path]
    for part in rows.parts:
        if isinstance(part, Rows):
            _drop(part, path)


LONGEST_NAME = 100
LONGEST_CONDITIONS = 2_000


class SegmentForm(Form):
    """The name of a segment, whom it holds, and whether the project finds it."""

    name = StringField(_l("Name"), [DataRequired(_l("Fill in a name.")), Length(max=LONGEST_NAME)])
    is_shared = BooleanField(_l("Share with everybody in the project"))
    where = HiddenField(validators=[Length(max=LONGEST_CONDITIONS)])

    @classmethod
    def of(cls, record: Segment) -> "SegmentForm":
        """Return the form filled from a segment."""
        kept = {"name": record.name, "is_shared": record.is_shared, "where": record.conditions}
        return cls(formdata=None, data=kept)

    def details(self) -> SegmentDetails:
        """Return what was asked."""
        return SegmentDetails(
            self.name.data or "", self.where.data or "", is_shared=bool(self.is_shared.data)
        )
