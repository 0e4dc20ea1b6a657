"""A message in the user's own words, laid out in the sandbox; in built-in words where theirs cannot be."""

from dataclasses import replace

from monitor.models import Alert, Message, Templates
from monitor.sandbox import Sandbox, SandboxError


async def in_own_words(sandbox: Sandbox, templates: Templates, alert: Alert, message: Message) -> tuple[Message, str]:
    """The message as the channel's templates give it, and why it is in built-in words after all ("": it is not)."""
    from monitor import render
    from monitor import templates as templating

    given = render.given(alert, message)
    try:
        parts, fault = await sandbox.run(templating.worded, templates, alert.channel, given)
    except SandboxError as error:
        parts, fault = {}, f"the templates of {alert.channel}: {error}"
    words = {"subject": message.subject, "text": message.text, "html": message.html} | parts
    worded = replace(message, subject=words["subject"], text=words["text"], html=words["html"])
    return replace(worded, short=parts.get("text", message.short)), fault
