"""Delivering: channels side by side, the messages of one channel one after another.

claim          what is due, alerts and reports, but of no channel that rests, is off, or is busy already
| message      in the channel's own words, else in built-in ones; in plain ones for what no rule foresaw
| send         at least once, same id at every try
| settle       sent, to be tried again, or given up; and whether the channel rests

A fault of the channel (it is not there, or asks for a pause) is none of its messages': they wait as they are, and the
next one that is due afterwards is the probe. A message that fails waits behind those not tried yet, so that it blocks
none; so many in a row that fail are a fault of the channel, too.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, zip_longest

from monitor import failpoints, schedule
from monitor._pipeline_disk import Disk
from monitor._pipeline_groups import groups
from monitor._pipeline_plan import Line
from monitor._pipeline_templates import in_own_words
from monitor.errors import DeliveryError, MonitorError
from monitor.interfaces import Channel, Done, Store
from monitor.models import Alert, AlertState, Message, Receipt, Report, Rest, Settlement, Templates
from monitor.sandbox import Sandbox

ALERTS_AT_ONCE = 500
"""Alerts claimed in one go."""

LEASE = timedelta(hours=1)
"""For how long a claimed alert belongs to one round; a restart ends every lease."""

SEND_WITHIN = timedelta(minutes=6)
"""One try of one message, whatever the channel's own limits are."""

FAILED_IN_A_ROW = 5
"""So many messages that fail one after another are their channel's fault."""

DETAIL_CHARACTERS = 500

NO_CHANNEL = 'there is no channel "{}" in the configuration'


Told = Alert | Report
"""What the outbox holds: a change, or incidents of the monitor itself, addressed to one channel."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try of one alert, or of a report, and how it ended; `fault` says what kept it from its own words."""

    alert: Told
    settlement: Settlement
    fault: str = ""


class Deliveries:
    """Sends what is due. `clock` gives aware UTC times; `notice` is told of what needs a person, by key."""

    def __init__(
        self,
        store: Store,
        disk: Disk,
        sandbox: Sandbox,
        clock: Callable[[], datetime],
        notice: Callable[[str, str], None],
    ) -> None:
        self._store = store
        self._sandbox = sandbox
        self._disk = disk
        self._clock = clock
        self._notice = notice
        self._claiming = asyncio.Lock()
        self._busy: set[str] = set()
        self._ending = False

    def wind_up(self) -> None:
        """Sends no further message; those under way are settled."""
        self._ending = True

    async def round(
        self, lines: Callable[[], Mapping[str, Line]], held: Callable[[datetime], Collection[int]], *, patient: bool
    ) -> AsyncGenerator[Delivery, None]:
        """Tries every alert that is due once. `lines` are the channels by name, as they are configured by then."""
        async with self._claiming:  # or two rounds would find the same channel free
            alerts, faults = await self._disk(partial(self._claim, lines, held, tuple(self._busy), patient))
            queues: dict[str, list[Told]] = {}
            for alert in alerts:
                queues.setdefault(alert.channel, []).append(alert)
            self._busy |= queues.keys()
        if alerts:
            failpoints.passing("alerts-claimed")
        mine = set(queues)
        try:
            streams = [self._queue(name, queue, lines, faults.get(name, 0), mine) for name, queue in queues.items()]
            async with aclosing(groups(streams, ALERTS_AT_ONCE)) as delivered:
                async for group in delivered:
                    for delivery in group:
                        yield delivery
        finally:
            self._busy -= mine

    def _claim(
        self,
        lines: Callable[[], Mapping[str, Line]],
        held: Callable[[datetime], Collection[int]],
        busy: Collection[str],
        patient: bool,
    ) -> tuple[list[Told], dict[str, int]]:
        now = self._clock()
        digests = {name: line.digest for name, line in lines().items() if line.digest}
        reports = self._store.claim_reports(now, ALERTS_AT_ONCE, LEASE, busy)
        alerts = self._store.claim_alerts(now, ALERTS_AT_ONCE, LEASE, held(now), busy, digests, patient=patient)
        return [*reports, *alerts], self._store.channel_faults()

    async def _queue(
        self,
        name: str,
        alerts: Sequence[Told],
        lines: Callable[[], Mapping[str, Line]],
        faults: int,
        mine: set[str],
    ) -> AsyncIterator[Delivery]:
        """The messages of one channel, until it rests."""
        waiting, in_a_row = deque(_in_turn(alerts)), 0
        try:
            while waiting:
                await self._disk.well()
                if self._ending:
                    return
                alert = waiting.popleft()
                failpoints.passing("before-send")
                delivery = await self._try(alert, lines, faults, in_a_row)
                settlement = delivery.settlement
                failpoints.passing("after-send")
                await self._disk(partial(self._store.settle_alert, alert.id, settlement, self._clock()))
                failpoints.passing("settled")
                yield delivery
                if settlement.rest:
                    return
                arrived = settlement.state is AlertState.SENT
                faults, in_a_row = (0, 0) if arrived else (faults, in_a_row + 1)
        finally:
            mine.discard(name)
            self._busy.discard(name)

    async def _try(self, alert: Told, lines: Callable[[], Mapping[str, Line]], faults: int, in_a_row: int) -> Delivery:
        line = lines().get(alert.channel)
        if line is None:
            return Delivery(alert, Settlement(AlertState.FAILED, NO_CHANNEL.format(alert.channel)))
        message, fault = await in_words(self._sandbox, line.templates, alert, line.web)
        if isinstance(alert, Alert):
            self._notice(
                f"wording:{alert.channel}", f"messages to channel {alert.channel} go out {fault}" if fault else ""
            )
        try:
            answer, fault = await self._send(line.channel, alert, message, fault)
        except DeliveryError as error:
            settlement = self._failed(alert, error, line.settings_hash, faults, in_a_row + 1)
        else:
            detail = _words(f"{answer} ({fault})" if fault else answer)
            return Delivery(alert, Settlement(AlertState.SENT, detail), fault)
        # Settings that were taken over meanwhile begin anew.
        kept = settlement if lines().get(alert.channel) == line else replace(settlement, rest=None)
        return Delivery(alert, kept, fault)

    async def _send(self, channel: Channel, alert: Told, message: Message, fault: str) -> tuple[str, str]:
        """What the far end answered, and what kept it from the words it should have had."""
        try:
            return await self._sent(channel, alert, message), fault
        except MonitorError:
            raise
        except Exception as error:  # noqa: BLE001 -- whatever a message does to a channel, the next one has its turn
            fault = _in_plain_words(error)
        try:
            return await self._sent(channel, alert, _plain(alert)), fault
        except MonitorError:
            raise
        except Exception as error:
            raise DeliveryError(f"cannot be sent: {_named(error)}", permanent=True) from error

    async def _sent(self, channel: Channel, alert: Told, message: Message) -> str:
        async def done(receipt: Receipt) -> None:
            kept = replace(receipt, refused=_words(receipt.refused)) if receipt.refused else receipt
            await self._disk(partial(self._store.add_receipt, alert.id, kept))

        return await sent(channel, replace(message, receipts=alert.receipts), done)

    def _failed(self, alert: Told, error: DeliveryError, settings_hash: str, faults: int, in_a_row: int) -> Settlement:
        """What a failure means for the message, and for its channel."""
        now, words = self._clock(), _words(str(error))
        if error.of_channel and error.permanent:
            rest = Rest(alert.channel, settings_hash, faults + 1, now, words, disabled=True)
            return Settlement(AlertState.PENDING, words, now, counted=False, rest=rest)
        if error.permanent:
            return Settlement(AlertState.FAILED, words)
        settlement = _again(alert, words, now, error)
        if not error.of_channel and in_a_row < FAILED_IN_A_ROW:
            return settlement
        free_at = schedule.channel_free_at(faults + 1, now, error.retry_after)
        rest = Rest(alert.channel, settings_hash, faults + 1, free_at, words)
        if error.of_channel and (faults or error.retry_after):
            return Settlement(AlertState.PENDING, words, free_at, counted=False, rest=rest)
        # On a channel that worked till now it may be the message, after all.
        return replace(settlement, rest=rest)


async def in_words(sandbox: Sandbox, templates: Templates, alert: Told, web: str = "") -> tuple[Message, str]:
    """The alert in words, the user's own where there are templates, and what kept it from these ("": nothing did)."""
    message, fault = worded(alert, web)
    if fault or isinstance(alert, Report) or not templates.parts:
        return message, fault
    message, broken = await in_own_words(sandbox, templates, alert, message)
    return message, f"in built-in words: {broken}" if broken else ""


async def sent(channel: Channel, message: Message, done: Done) -> str:
    """One try: what the far end answered.

    Raises:
        DeliveryError: it did not arrive, or took too long.
    """
    try:
        async with asyncio.timeout(SEND_WITHIN.total_seconds()):
            return await channel.send(message, done)
    except TimeoutError:
        raise DeliveryError(f"no answer within {SEND_WITHIN.total_seconds():.0f} s", of_channel=True) from None


def _in_turn(alerts: Sequence[Told]) -> list[Told]:
    """Those never tried and those tried before by turns: neither kind keeps the other from showing that all is well."""
    new = [alert for alert in alerts if not alert.attempts]
    tried = [alert for alert in alerts if alert.attempts]
    return [alert for alert in chain.from_iterable(zip_longest(new, tried)) if alert]


def _again(alert: Told, words: str, now: datetime, error: DeliveryError) -> Settlement:
    tries = alert.attempts + 1
    next_try_at = schedule.next_try_at(alert.id, tries, now, error.patience)
    if next_try_at is None:
        return Settlement(AlertState.FAILED, f"given up after {tries} {'try' if tries == 1 else 'tries'}: {words}")
    return Settlement(AlertState.PENDING, words, next_try_at)


def worded(alert: Told, web: str = "") -> tuple[Message, str]:
    """The alert in words, and what kept it from better ones; plain words are better than none. `web` is the address
    of the web pages."""
    from monitor import render  # wording is heavy, and most rounds say nothing

    if isinstance(alert, Report):
        return render.report(alert, web), ""
    try:
        return render.message(alert, web), ""
    except Exception as error:  # noqa: BLE001 -- whatever a change does to the wording, it is told
        return render.plain(alert), _in_plain_words(error)


def _plain(alert: Told) -> Message:
    from monitor import render

    return render.report(alert) if isinstance(alert, Report) else render.plain(alert)


def _in_plain_words(error: Exception) -> str:
    return f"in plain words: {_named(error)}"


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _words(text: str) -> str:
    """What a far end said, in one line that can be stored and shown."""
    shown = (char if char.isprintable() else " " for char in text.encode("utf-8", "replace").decode())
    return " ".join("".join(shown).split())[:DETAIL_CHARACTERS]
