"""How fast a mail server is written to: presets, a bucket of tokens, and pauses after trouble."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from crm.core.errors import Invalid
from crm.core.i18n import _l

MINUTE = 60.0
_FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=30)
_MOST_DOUBLINGS = 6


class UnknownThrottle(Invalid):
    """The setting names no preset."""

    message = _l("KRING_MAIL_THROTTLE must be none, own or microsoft365.")


@dataclass(frozen=True, slots=True)
class Preset:
    """What a mail server allows; zero where it sets no limit."""

    connections: int = 0
    per_minute: int = 0
    per_day: int = 0
    per_domain: int = 0

    @property
    def burst(self) -> int:
        """How many messages may go at once after a pause."""
        return self.connections


PRESETS = {
    "none": Preset(),
    "own": Preset(connections=4, per_minute=300, per_domain=2),
    # Below what Microsoft says that it takes in a minute and a day; other mail of the house
    # goes by the same account.
    "microsoft365": Preset(connections=3, per_minute=30, per_day=10_000, per_domain=2),
}


def preset(name: str) -> Preset:
    """Return the preset of a name, or raise `UnknownThrottle`."""
    if name not in PRESETS:
        raise UnknownThrottle
    return PRESETS[name]


# A bucket of tokens: after a quiet time a few may leave at once, and over a minute no more than
# the server takes. Counting by the minute would send all of them in its first second.
@dataclass(frozen=True, slots=True)
class Bucket:
    """How much of its rate a mail server has left."""

    tokens: float
    refilled_at: datetime
    day: str = ""
    sent_today: int = 0

    def refilled(self, preset: Preset, now: datetime) -> "Bucket":
        """
        Return the bucket as it is now; a clock that was set back fills it, and takes nothing.

        Else nothing would leave until that clock says again what it said before.
        What was sent "tomorrow" still counts today, where the clock was too far on for a while.
        """
        today = now.astimezone(UTC).date()
        tomorrow = (today + timedelta(days=1)).isoformat()
        day = tomorrow if self.day == tomorrow else today.isoformat()
        passed = (now - self.refilled_at).total_seconds()
        # Less the burst: with one, still no minute has more than is allowed.
        per_second = (preset.per_minute - preset.burst) / MINUTE
        gained = preset.burst if passed < -MINUTE else max(0.0, passed) * per_second
        tokens = min(float(preset.burst), self.tokens + gained)
        return Bucket(tokens, now, day, self.sent_today if day == self.day else 0)

    def allows(self, preset: Preset) -> int:
        """Return how many messages may go now."""
        left = preset.per_day - self.sent_today if preset.per_day else int(self.tokens)
        return max(0, min(int(self.tokens), left))

    def taken(self, messages: int) -> "Bucket":
        """Return the bucket after so many messages; fewer than none gives them back."""
        return replace(
            self, tokens=self.tokens - messages, sent_today=max(0, self.sent_today + messages)
        )


def full(preset: Preset, now: datetime) -> Bucket:
    """Return the bucket of a mail server that was never written to."""
    # Refilled, as that is what writes the day.
    return Bucket(float(preset.burst), now).refilled(preset, now)


def pause(failures: int) -> timedelta:
    """Return how long a mail server is left alone after so many failures in a row."""
    # Bounded before it is shifted: after a week of trouble the number would be beyond any time.
    doublings = min(max(failures, 1) - 1, _MOST_DOUBLINGS)
    return min(_FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)
