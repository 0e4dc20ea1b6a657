"""Nothing lost, nothing invented, no one let in: a site that does all it can, looked at by the whole program.

Every behaviour is looked at once, side by side with all others; each has a test case of its own.
"""

import pytest

from tests.hostile import bombs, content, feeds, redirects, rounds, sequences, transport
from tests.hostile.rounds import DEADLINE, Results
from tests.hostile.site import Behaviour
from tests.loop import run

GROUPS = (transport, redirects, content, bombs, feeds, sequences)
BEHAVIOURS = tuple(behaviour for group in GROUPS for behaviour in group.BEHAVIOURS)
STORING = ("ok", "changed")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return rounds.results(BEHAVIOURS, tmp_path_factory.mktemp("hostile"), run)


def test_every_behaviour_has_a_name_of_its_own() -> None:
    assert len({behaviour.name for behaviour in BEHAVIOURS}) == len(BEHAVIOURS) >= 150


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda behaviour: behaviour.name)
def test_the_site_misbehaves(found: Results, behaviour: Behaviour) -> None:
    told = found.told[behaviour.name]
    outcomes = tuple(told.outcomes)
    expected = (behaviour.outcomes or outcomes, behaviour.kinds, len(behaviour.kinds))
    assert (outcomes, tuple(told.kinds), told.alerts) == expected, told.details
    if behaviour.named_as == "pages":
        assert told.versions == sum(outcome in STORING for outcome in outcomes)


def test_nobody_reaches_a_forbidden_address(found: Results) -> None:
    assert found.heard == []


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda behaviour: behaviour.name)
def test_every_look_ends_within_its_deadline(found: Results, behaviour: Behaviour) -> None:
    told = found.told[behaviour.name]
    assert len(told.outcomes) == len(behaviour.looks)
    assert max(told.elapsed_ms) < 3000 * DEADLINE.total_seconds()


def test_no_request_carries_what_a_server_left_or_wrote_into_an_address(found: Results) -> None:
    heads = "".join(request.lower() for told in found.told.values() for request in told.requests)
    assert "\r\ncookie:" not in heads
    assert "\r\nauthorization:" not in heads
