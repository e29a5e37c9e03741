"""Messages as files, where no mail server takes them."""

import os
from pathlib import Path

from crm.messages.delivery.handover import Begin, Handover, Sealed
from crm.messages.rules.server_replies import Reply, Verdict


class Files:
    """A folder that gets one `.eml` a message; written twice, it is still one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hand_over(self, sealed: Sealed, begin: Begin) -> Handover:
        """Write one message; the file is whole as soon as it has its name."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as failure:
            return _away(failure)
        if not begin():
            return Handover(Verdict.LOST)
        try:
            self._write(sealed)
        except OSError as failure:
            return _away(failure)
        return Handover(Verdict.FILED)

    def close(self) -> None:
        """Nothing is held open."""

    def _write(self, sealed: Sealed) -> None:
        unfinished = self._folder / f".{sealed.public_name}.{os.getpid()}"
        try:
            unfinished.write_bytes(sealed.mime)
            unfinished.replace(self._folder / f"{sealed.public_name}.eml")
        finally:
            unfinished.unlink(missing_ok=True)


def _away(failure: OSError) -> Handover:
    return Handover(Verdict.AWAY, Reply(0, failure.strerror or type(failure).__name__))
