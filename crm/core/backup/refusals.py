"""Why a backup is not made or not restored; nothing has changed then."""

NEWER = "This backup was made by a newer Kring. Install that first."
OLDER = (
    "This backup was made by an older Kring than this one can bring to the newest schema: see "
    "“Older databases” in docs/operations.md."
)


class BackupRefused(Exception):
    """The file or the place is not as it must be; the message says what, for who has a shell."""
