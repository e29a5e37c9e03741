"""Writes down how long each unit of work held the database, in every process of a server."""

import logging
import os

_log = logging.getLogger("kring.database")
_log.setLevel(logging.DEBUG)
_file = logging.FileHandler(os.environ["KRING_BENCH_HOLDS"])
_file.setFormatter(logging.Formatter("%(created).3f %(process)d %(message)s"))
_log.addHandler(_file)
_log.propagate = False
