"""The server that Kring brings along."""

import sys
from typing import Any

import waitress.server
from flask import Flask

Server = waitress.server.MultiSocketServer | waitress.server.BaseWSGIServer

THREADS = 8
TURN = 0.0005
"""
Seconds until a thread that computes lets another have its turn.

With Python's own 5 ms a file that is sent in many pieces waits for as many turns, while the page
that needs it is still being written.
"""


def listening(app: Flask, host: str, port: int, **settings: Any) -> Server:
    """
    Return a server of `app` that listens but does not run yet.

    :raises OSError: if the port cannot be used
    """
    sys.setswitchinterval(TURN)
    return waitress.server.create_server(app, host=host, port=port, threads=THREADS, **settings)
