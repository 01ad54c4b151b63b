"""Random lives of a site: what is published is what a slow second account says it must be."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proofs.machine import Lives

_CALM = list(HealthCheck)
_NO_SHRINK = (Phase.explicit, Phase.reuse, Phase.generate)
"""A life is long: what fails is told as it was, since making it shorter takes minutes."""


def test_what_is_published_is_what_the_reference_says() -> None:
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=8, stateful_step_count=12, suppress_health_check=_CALM, phases=_NO_SHRINK
        ),
    )


@pytest.mark.prove
@pytest.mark.timeout(7200)
def test_what_is_published_is_what_the_reference_says_in_many_lives() -> None:
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=600, stateful_step_count=25, suppress_health_check=_CALM, phases=_NO_SHRINK
        ),
    )
