"""The throttle: no minute and no day has more messages than the mail server allows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.messages.rules import throttle
from crm.messages.rules.throttle import PRESETS, Preset, UnknownThrottle

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MICROSOFT = PRESETS["microsoft365"]
LIMITED = [preset for preset in PRESETS.values() if preset.per_minute]


@given(st.sampled_from(LIMITED), st.lists(st.floats(0.01, 30), min_size=1, max_size=300))
def test_no_minute_has_more_than_allowed(preset: Preset, gaps: list[float]) -> None:
    bucket, now, sent = throttle.full(preset, NOON), NOON, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        bucket = bucket.refilled(preset, now)
        allowed = bucket.allows(preset)
        bucket = bucket.taken(allowed)
        sent += [now] * allowed

    for first in sent:
        within = [one for one in sent if first <= one < first + timedelta(minutes=1)]
        assert len(within) <= preset.per_minute


def test_a_day_has_no_more_than_allowed_and_the_next_begins_anew() -> None:
    bucket = replace(throttle.full(MICROSOFT, NOON), sent_today=MICROSOFT.per_day - 1)
    later, tomorrow = NOON + timedelta(hours=1), NOON + timedelta(hours=12)

    assert bucket.refilled(MICROSOFT, later).allows(MICROSOFT) == 1
    assert bucket.taken(1).refilled(MICROSOFT, later).allows(MICROSOFT) == 0
    assert bucket.taken(1).refilled(MICROSOFT, tomorrow).allows(MICROSOFT) == MICROSOFT.burst


def test_a_clock_set_back_gives_one_burst_and_one_that_is_a_little_late_gives_nothing() -> None:
    empty = throttle.full(MICROSOFT, NOON).taken(MICROSOFT.burst)
    before, a_little = NOON - timedelta(hours=1), NOON - timedelta(seconds=59)

    set_back = empty.refilled(MICROSOFT, before)

    assert set_back.allows(MICROSOFT) == MICROSOFT.burst
    assert set_back.taken(MICROSOFT.burst).refilled(MICROSOFT, before).allows(MICROSOFT) == 0
    assert empty.refilled(MICROSOFT, a_little).allows(MICROSOFT) == 0


def test_what_was_sent_while_the_clock_was_a_day_ahead_counts_for_the_day() -> None:
    tomorrow = NOON + timedelta(days=1)
    sent = throttle.full(MICROSOFT, tomorrow).taken(MICROSOFT.per_day)
    sent = replace(sent, tokens=float(MICROSOFT.burst))

    assert sent.refilled(MICROSOFT, NOON).allows(MICROSOFT) == 0
    assert sent.refilled(MICROSOFT, tomorrow).allows(MICROSOFT) == 0
    assert sent.refilled(MICROSOFT, NOON + timedelta(days=2)).allows(MICROSOFT) > 0
    assert sent.refilled(MICROSOFT, NOON - timedelta(days=7)).allows(MICROSOFT) > 0


def test_tokens_that_were_not_used_can_be_given_back() -> None:
    bucket = throttle.full(MICROSOFT, NOON)

    assert bucket.taken(3).taken(-3) == bucket


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 30), (1, 30), (2, 60), (3, 120), (6, 960), (7, 1800), (99, 1800)]
)
def test_a_server_in_trouble_is_left_alone_longer_and_longer(failures: int, seconds: int) -> None:
    assert throttle.pause(failures) == timedelta(seconds=seconds)


def test_a_throttle_that_is_none_is_refused_in_words() -> None:
    assert throttle.preset("none") == Preset()
    with pytest.raises(UnknownThrottle):
        throttle.preset("microsoft")
