"""Why a backup is not made or not restored; nothing has changed then."""


class BackupRefused(Exception):
    """The file or the place is not as it must be; the message says what, for who has a shell."""
