"""The faults that can be planted in `crm`: where, what is changed, and which lines it touches."""

import ast
import copy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
COMPARISON, FILTER, CONSTANT, CALL = KINDS = (
    "a comparison turned",
    "a filter dropped",
    "a constant changed",
    "a call left out",
)
FILTERS = {"where", "filter", "filter_by", "having"}
# What is said to people, or to who keeps the machine, is no behaviour.
TEXTS = {"_", "_l", "_n", "gettext", "ngettext", "lazy_gettext", "flash", "echo", "_log", "log"}
# By `strict`, `zip` checks what cannot be otherwise.
HARMLESS = {"strict"}
# The next question flushes anyway.
NEEDLESS = {"flush"}
LONG = 120  # characters


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a file, the last one included."""

    file: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One change that makes the product wrong."""

    kind: str
    at: Lines
    start: int  # in bytes
    end: int
    before: str
    after: str
    touched_by: tuple[Lines, ...]
    """Who runs one of these lines meets the fault."""

    def __str__(self) -> str:
        before, after = (_shortened(text) for text in (self.before, self.after))
        return f"{self.at.file}:{self.at.first} {self.kind}: {before} → {after}"

    def planted(self, content: bytes) -> bytes:
        """Return the file with the fault in it."""
        return content[: self.start] + self.after.encode() + content[self.end :]


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONG else f"{words[: LONG - 1]}…"


def faults(root: Path) -> dict[str, list[Fault]]:
    """Return by kind what can be planted in `crm` under `root`, in the order of the files."""
    found: dict[str, list[Fault]] = {kind: [] for kind in KINDS}
    trees = {}
    for path in sorted((root / "crm").rglob("*.py")):
        content = path.read_bytes()
        file = str(path.relative_to(root))
        trees[file] = ast.parse(content)
        finder = _Finder(file, content)
        for statement in trees[file].body:
            finder.visit(statement)
        for fault in finder.found:
            found[fault.kind].append(fault)
    readers = _readers(trees)
    for file, tree in trees.items():
        found[CONSTANT] += _of_module(file, tree, (root / file).read_bytes(), readers)
    return found


class _Finder(ast.NodeVisitor):
    """Finds what can be wrong inside the functions of one file."""

    def __init__(self, file: str, content: bytes) -> None:
        self.found: list[Fault] = []
        self._file = file
        self._content = content
        self._offsets = _offsets(content)

    def note(self, kind: str, node: ast.expr | ast.stmt, after: str) -> None:
        """Note that `node` may become `after`."""
        self.found.append(_fault(kind, node, after, self._file, self._content, self._offsets))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Look at the body; what stands above it is run while the module is loaded."""
        for statement in node.body:
            self.visit(statement)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Look at the value, not at the type."""
        if node.value:
            self.visit(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Leave text; before Python 3.12 nobody can tell where its parts stand."""

    def visit_keyword(self, node: ast.keyword) -> None:
        """Look at what is handed over by name."""
        if node.arg not in HARMLESS:
            self.visit(node.value)

    def visit_Expr(self, node: ast.Expr) -> None:
        """Leave out a call of which nobody takes the value."""
        if isinstance(node.value, ast.Call) and not _is_left(node.value):
            self.note(CALL, node, "pass")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Drop each condition of a statement."""
        if _is_left(node):
            return
        if isinstance(node.func, ast.Attribute) and node.func.attr in FILTERS:
            for without in _with_one_less(node, node.func.value):
                self.note(FILTER, node, ast.unparse(without))
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        """Drop each condition of a comprehension."""
        for condition in node.ifs:
            self.note(FILTER, condition, "True")
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        """Turn the first comparison."""
        turned = copy.deepcopy(node)
        turned.ops[0] = TURNED[type(node.ops[0])]()
        self.note(COMPARISON, node, f"({ast.unparse(turned)})")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        """Change a number, or yes into no; words are names and texts."""
        if isinstance(node.value, bool | int | float):
            self.note(CONSTANT, node, repr(_changed(node.value)))


def _fault(  # noqa: PLR0913, PLR0917 - where it stands takes three
    kind: str,
    node: ast.expr | ast.stmt,
    after: str,
    file: str,
    content: bytes,
    offsets: Sequence[int],
) -> Fault:
    last = node.end_lineno or node.lineno
    start = offsets[node.lineno] + node.col_offset
    end = offsets[last] + (node.end_col_offset or 0)
    at = Lines(file, node.lineno, last)
    return Fault(kind, at, start, end, content[start:end].decode(), after, (at,))


def _offsets(content: bytes) -> list[int]:
    """Return where each line starts, counted from one."""
    offsets = [0, 0]
    for line in content.splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))
    return offsets


def _is_left(call: ast.Call) -> bool:
    words = re.findall(r"\w+", ast.unparse(call.func))
    return not (TEXTS | NEEDLESS).isdisjoint(words)


def _with_one_less(call: ast.Call, filtered: ast.expr) -> Iterator[ast.expr]:
    if len(call.args) + len(call.keywords) == 1:
        yield filtered
        return
    for part in ("args", "keywords"):
        for number in range(len(getattr(call, part))):
            without = copy.deepcopy(call)
            del getattr(without, part)[number]
            yield without


def _changed(value: complex) -> object:
    if isinstance(value, bool):
        return not value
    return value + 1


def _of_module(
    file: str, tree: ast.Module, content: bytes, readers: dict[tuple[str, str], list[Lines]]
) -> Iterator[Fault]:
    """Yield the numbers that a module names; whoever runs a line with the name meets one."""
    offsets = _offsets(content)
    for statement in tree.body:
        name = _named(statement)
        for node in ast.walk(statement) if name else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
                fault = _fault(CONSTANT, node, repr(_changed(node.value)), file, content, offsets)
                yield replace(fault, touched_by=tuple(readers.get((_module(file), name or ""), ())))


def _named(statement: ast.stmt) -> str | None:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name if name.isupper() else None
    return None


def _module(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _readers(trees: dict[str, ast.Module]) -> dict[tuple[str, str], list[Lines]]:
    """Return which lines read the constant of a module, its own lines and those of importers."""
    readers: dict[tuple[str, str], list[Lines]] = {}
    for file, tree in trees.items():
        nodes = list(ast.walk(tree))
        origins = {
            alias.name: str(node.module)
            for node in nodes
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for node in nodes:
            if isinstance(node, ast.Name) and node.id.isupper() and isinstance(node.ctx, ast.Load):
                origin = origins.get(node.id, _module(file))
                readers.setdefault((origin, node.id), []).append(
                    Lines(file, node.lineno, node.lineno)
                )
    return readers
