"""The manifest of long work."""

from crm.core.i18n import _l
from crm.tasks.models import TaskState
from crm.web.feature import Feature

FEATURE = Feature(
    name="tasks",
    labels=(
        {
            TaskState.WAITING: _l("Waits for its turn"),
            TaskState.RUNNING: _l("Under way"),
            TaskState.DONE: _l("Done"),
            TaskState.STOPPED: _l("Stopped"),
            TaskState.FAILED: _l("Ended: failed"),
            TaskState.NOT_ALLOWED: _l("Ended: no longer allowed"),
            TaskState.IMPOSSIBLE: _l("Ended: not possible any more"),
        },
    ),
)
