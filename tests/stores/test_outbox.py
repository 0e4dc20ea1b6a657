"""What every store promises of its outbox: rests of channels, receipts of recipients, redelivery."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.errors import MonitorError
from monitor.models import Alert, AlertState, Receipt, Rest, Settlement

Story = Any  # see conftest.py


def claimed(story: Story, minute: int) -> list[Alert]:
    alerts: list[Alert] = story.store.claim_alerts(story.at(minute), 10, timedelta(minutes=5))
    return alerts


def test_redelivery_makes_what_waits_due_and_what_was_given_up_begin_anew(story: Story) -> None:
    story.watch(story.source)
    story.edit(minute=15)
    failed, waiting = claimed(story, 15)
    story.store.settle_alert(failed.id, Settlement(AlertState.FAILED, "550"), story.at(16))
    story.store.settle_alert(waiting.id, Settlement(AlertState.PENDING, "451", story.at(500)), story.at(16))
    assert story.store.redeliver(None, story.at(60)) == 2
    assert {alert.id: alert.attempts for alert in claimed(story, 60)} == {failed.id: 0, waiting.id: 1}


def test_an_alert_that_does_not_exist_is_named_and_nothing_else_is_redelivered(story: Story) -> None:
    story.watch(story.source)
    story.edit(minute=15)
    failed, _ = claimed(story, 15)
    story.store.settle_alert(failed.id, Settlement(AlertState.FAILED, "550"), story.at(16))
    with pytest.raises(MonitorError, match="there is no alert msg_none"):
        story.store.redeliver([failed.id, "msg_none"], story.at(60))
    assert failed.id not in [alert.id for alert in claimed(story, 60)]


# --- channels that rest, recipients that are done --------------------------------------------------------------------


def rest(alert: Alert, until: datetime, faults: int = 1, *, disabled: bool = False) -> Settlement:
    """What a fault of an alert's channel comes to."""
    channels = Rest(alert.channel, "of " + alert.channel, faults, until, "refused", disabled)
    return Settlement(AlertState.PENDING, "refused", until, counted=False, rest=channels)


def queued(story: Story) -> list[Alert]:
    """Two changes for the desk and the hook, all four alerts claimed by one round."""
    story.watch(story.source)
    story.edit(minute=10)
    story.edit(minute=15)
    return claimed(story, 15)


def names(alerts: list[Alert]) -> list[tuple[str, int]]:
    return [(alert.channel, alert.change.id) for alert in alerts]


def test_a_channel_that_rests_sends_nothing_and_leaves_the_others_alone(story: Story) -> None:
    alerts = queued(story)
    desk = [alert for alert in alerts if alert.channel == "desk"]
    story.store.settle_alert(desk[0].id, rest(desk[0], story.at(60)), story.at(16))
    assert names(claimed(story, 21)) == [("hook", 1), ("hook", 2)]
    assert story.store.channel_faults() == {"desk": 1}


def test_after_a_rest_those_that_were_not_tried_come_first_and_no_try_is_counted(story: Story) -> None:
    first, second = [alert for alert in queued(story) if alert.channel == "desk"]
    story.store.settle_alert(first.id, rest(first, story.at(60)), story.at(16))
    assert [alert for alert in claimed(story, 60) if alert.channel == "desk"] == [second, first]


def test_a_rest_outlives_the_process_and_ends_with_an_arrival(story: Story) -> None:
    first, second = [alert for alert in queued(story) if alert.channel == "desk"]
    story.store.settle_alert(first.id, rest(first, story.at(60)), story.at(16))
    story.store.close()
    again = type(story.store).open(story.path, create=False)
    again.end_leases(story.at(17))
    later = [again.claim_alerts(story.at(minute), 10, timedelta(minutes=5)) for minute in (17, 61)]
    assert [{alert.channel for alert in alerts} for alerts in later] == [{"hook"}, {"desk", "hook"}]
    again.settle_alert(second.id, Settlement(AlertState.SENT), story.at(61))
    assert again.channel_faults() == {}
    again.close()


def test_a_disabled_channel_sends_nothing_until_its_settings_differ(story: Story) -> None:
    first, _ = [alert for alert in queued(story) if alert.channel == "desk"]
    story.store.settle_alert(first.id, rest(first, story.at(16), disabled=True), story.at(16))
    story.store.sync_channels({"desk": "of desk"}, story.at(16))
    assert {alert.channel for alert in claimed(story, 9999)} == {"hook"}
    story.store.sync_channels({"desk": "of another desk"}, story.at(16))
    assert [alert.channel for alert in claimed(story, 9999)] == ["desk", "desk"]


@pytest.mark.parametrize("named", [True, False])
def test_redelivery_ends_a_channels_rest(story: Story, named: bool) -> None:
    first, second = [alert for alert in queued(story) if alert.channel == "desk"]
    story.store.settle_alert(first.id, rest(first, story.at(16), disabled=True), story.at(16))
    story.store.redeliver([second.id] if named else None, story.at(17))
    assert {alert.channel for alert in claimed(story, 17)} >= {"desk"}


def test_busy_channels_wait_and_the_others_share_what_is_claimed(story: Story) -> None:
    story.watch(story.source)
    for minute in (10, 15, 20):
        story.edit(minute=minute)
    assert names(story.store.claim_alerts(story.at(30), 1, timedelta(minutes=5), busy=("desk",))) == [("hook", 1)]
    assert names(story.store.claim_alerts(story.at(30), 3, timedelta(minutes=5))) == [
        ("desk", 1),
        ("hook", 2),
        ("desk", 2),
    ]


def test_receipts_come_with_every_later_claim_and_refusals_end_with_redelivery(story: Story) -> None:
    alert, _ = [alert for alert in queued(story) if alert.channel == "desk"]
    has, refused = Receipt("desk@example.org"), Receipt("gone@example.org", "550")
    for receipt in (has, refused):
        story.store.add_receipt(alert.id, receipt)
    story.store.settle_alert(alert.id, Settlement(AlertState.FAILED, "550"), story.at(16))
    story.store.redeliver([alert.id], story.at(17))
    assert [other.receipts for other in claimed(story, 17) if other.id == alert.id] == [(has,)]


def test_a_recipient_who_has_the_message_shows_that_the_channel_works(story: Story) -> None:
    first, _ = [alert for alert in queued(story) if alert.channel == "desk"]
    story.store.settle_alert(first.id, rest(first, story.at(60)), story.at(16))
    story.store.add_receipt(first.id, Receipt("gone@example.org", "550"))
    assert story.store.channel_faults() == {"desk": 1}
    story.store.add_receipt(first.id, Receipt("desk@example.org"))
    assert story.store.channel_faults() == {}
