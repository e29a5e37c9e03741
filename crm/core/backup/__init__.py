"""A whole installation in one file, and back into an empty place, on either database."""

from crm.core.backup.contents import BackupRefused, Contents, Tell
from crm.core.backup.restoring import restore
from crm.core.backup.writing import write
