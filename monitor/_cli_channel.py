"""The command that tries a channel."""

from typing import TYPE_CHECKING

from monitor import _cli_context as context
from monitor import plugins, terminal
from monitor._cli_context import Json
from monitor.errors import DeliveryError, MonitorError, UsageError

if TYPE_CHECKING:
    from monitor.config import ChannelSettings


def test_channel(name: str, as_json: Json = False) -> None:
    """Send a made-up change through a channel, marked as a test; nothing is recorded.

    Exit status 1 when it did not arrive.
    """
    channels = context.config().channels
    if name not in channels:
        raise UsageError(f'there is no channel "{name}" in monitor.toml{plugins.suggestion(name, channels)}')
    row: dict[str, object] = {"channel": name, "type": channels[name].type}
    try:
        answer = context.in_loop(_sent(channels[name]))
    except DeliveryError as error:
        if as_json:
            terminal.line(row | {"sent": False, "answer": str(error), "remedy": _remedy(name, error)})
        raise MonitorError(terminal.plain(f"channel {name}: {error}; {_remedy(name, error)}")) from None
    if as_json:
        terminal.line(row | {"sent": True, "answer": answer, "remedy": None})
    else:
        print(terminal.plain(f"channel {name} took a test: {answer}"))


async def _sent(settings: "ChannelSettings") -> str:
    """What the far end answered."""
    from uuid import uuid4

    from monitor import render
    from monitor._pipeline_delivery import in_words, sent
    from monitor._pipeline_plan import line
    from monitor.interfaces import forget
    from monitor.sandbox import Sandbox

    alert = render.sample(f"msg_test_{uuid4().hex}", settings.name, context.now())
    sandbox = Sandbox()
    try:
        message, fault = await in_words(sandbox, settings.templates, alert)
    finally:
        await sandbox.aclose()
    answer = await sent(line(settings).channel, render.marked(message), forget)
    return f"{answer} ({fault})" if fault else answer


def _remedy(name: str, error: DeliveryError) -> str:
    """What a person can do about it."""
    if error.of_channel and error.permanent:
        return f"its receiver is gone for good: give channels.{name} another address"
    if error.of_channel and error.retry_after:
        return f"the far end asks for a pause of {error.retry_after.total_seconds():.0f} s: try again then"
    if error.of_channel:
        return f"see that address, login and TLS of channels.{name} are right, and that the far end is there"
    return f"the far end does not take this message: see that recipients and secret of channels.{name} are right"
