"""
Heavy libraries, each of which is loaded by its first use and not by the start (ADR 26).

What needs one takes it from here by the name it commonly has, `from crm.core.libraries import np`,
and goes on as with any other module. Outside functions it must not be asked for anything: there a
type stands in quotes.
"""

from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any


class Later(ModuleType):
    """A module that is loaded when something of it is first asked for."""

    def __getattr__(self, name: str) -> Any:
        """
        Return what the module holds, and keep it: the next question is answered at once.

        :raises AttributeError: if it holds nothing of that name, nor a module
        """
        module = import_module(self.__name__)
        # A module inside a package, such as `alembic.command`, is not there before it is loaded
        # itself.
        if not hasattr(module, name):
            with suppress(ModuleNotFoundError):
                import_module(f"{self.__name__}.{name}")
        found = getattr(module, name)
        setattr(self, name, found)
        return found


if TYPE_CHECKING:
    import alembic.command
    import alembic.config
    import alembic.migration
    import alembic.script
    import clevercsv
    import email_validator
    import icalendar
    import markdown_it.token
    import networkx as nx
    import nh3
    import numpy as np
    import numpy.typing as npt
    import phonenumbers
    import typst
    import xlsxwriter.utility
    import zxcvbn
    from rapidfuzz import fuzz, process
    from rapidfuzz.distance import OSA
    from scipy import sparse, spatial, stats
else:
    OSA = Later("rapidfuzz.distance.OSA")
    alembic = Later("alembic")
    clevercsv = Later("clevercsv")
    email_validator = Later("email_validator")
    fuzz = Later("rapidfuzz.fuzz")
    icalendar = Later("icalendar")
    markdown_it = Later("markdown_it")
    nh3 = Later("nh3")
    np = Later("numpy")
    npt = Later("numpy.typing")
    nx = Later("networkx")
    phonenumbers = Later("phonenumbers")
    process = Later("rapidfuzz.process")
    sparse = Later("scipy.sparse")
    spatial = Later("scipy.spatial")
    stats = Later("scipy.stats")
    typst = Later("typst")
    xlsxwriter = Later("xlsxwriter")
    zxcvbn = Later("zxcvbn")
