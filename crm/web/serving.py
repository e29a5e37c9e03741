"""The server that Kring brings along, one for each process that serves pages."""

import logging
import resource
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server

from crm.core.heap import Heap

THREADS = 8
BACKLOG = 1_024
MOST_CONNECTIONS = 4_000
SILENCE = 60
"""Seconds after which a connection on which nothing comes or goes is closed."""
PATIENCE = 25.0
"""Seconds in which requests that were read are answered, once told to stop."""
TURN = 0.0005
"""
Seconds until a thread that computes lets another have its turn.

With Python's own 5 ms a file that is sent in many pieces waits for as many turns, while the page
that needs it is still being written.
"""


def bound(host: str, port: int) -> list[socket.socket]:
    """
    Return what listens at an address, on which any number of servers may answer.

    :raises OSError: if the address cannot be used
    """
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return [_bound(family, address) for family, _type, _protocol, _name, address in found]


def _bound(family: int, address: Any) -> socket.socket:  # its shape differs by family
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


class Server:
    """
    One server of an application, beside others on the same sockets.

    One thread reads requests and writes answers; the threads that make answers get a request once
    it is there whole, so that slow clients hold none of them.
    """

    def __init__(self, app: Flask, sockets: Sequence[socket.socket], *, proxies: int = 0) -> None:
        """
        Prepare a server.

        :param proxies: how many proxies stand in front, which say who asks
        """
        sys.setswitchinterval(TURN)
        logging.getLogger("waitress").setLevel(logging.ERROR)
        self._is_told = False
        self._heap = Heap()
        self._map: dict[int, Any] = {}
        limits = {"connection_limit": _connections(), "backlog": BACKLOG, "threads": THREADS}
        # Without a proxy whoever asks could write these themselves.
        headers = {"clear_untrusted_proxy_headers": not proxies}
        options: dict[str, Any] = {"channel_timeout": SILENCE, **limits, **headers}
        made = create_server(app, map=self._map, sockets=list(sockets), **options)
        self._dispatcher = made.task_dispatcher
        self._listening = [own for own in self._map.values() if isinstance(own, BaseWSGIServer)]

    def run(self) -> None:
        """Answer until told to stop; requests that were read are answered first."""
        while not self._is_told:
            self._turn(1.0)
            if self._heap.has_grown() and not any(channel.requests for channel in self._channels()):
                self._heap.give_back()
        for listening in self._listening:
            wasyncore.dispatcher.close(listening)
        until = time.monotonic() + PATIENCE
        while self._is_busy() and time.monotonic() < until:
            self._turn(0.1)
        self._dispatcher.shutdown(cancel_pending=True, timeout=1)
        wasyncore.close_all(self._map, ignore_all=True)

    def stop(self) -> None:
        """Ask it to end, from a signal or another thread."""
        self._is_told = True
        # It may have seen that by itself already, and closed what would wake it.
        with suppress(OSError):
            self._listening[0].pull_trigger()

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._map, count=1)

    def _is_busy(self) -> bool:
        """Whether somebody still waits for an answer; all other connections are closed."""
        busy = False
        for channel in self._channels():
            if channel.requests or channel.total_outbufs_len:
                busy = True
            if not channel.requests:
                channel.close_when_flushed = True
        return busy

    def _channels(self) -> Iterator[HTTPChannel]:
        return (own for own in list(self._map.values()) if isinstance(own, HTTPChannel))


def _connections() -> int:
    """Return how many connections may be open at once, after allowing as many as may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MOST_CONNECTIONS
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return min(MOST_CONNECTIONS, soft // 2)
