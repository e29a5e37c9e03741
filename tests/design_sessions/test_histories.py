"""Random histories of a session keep what must always hold, on both databases."""

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from crm.core.permissions import Actor
from tests.depth import examples
from tests.design_sessions.conftest import Plan
from tests.design_sessions.history import History


def test_random_histories_keep_places_answers_and_messages_true(
    app: Flask, plan: Plan, leader: Actor
) -> None:
    class Here(History):
        pass

    Here.plan, Here.leader = staticmethod(plan), leader
    chosen = settings(
        max_examples=examples(5, everything=75),
        stateful_step_count=15,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    with app.app_context():
        run_state_machine_as_test(Here, settings=chosen)
