"""A call while all is well, for a service that tells when it stays away. The network."""

from datetime import timedelta
from urllib.parse import urlsplit

from monitor import net
from monitor.models import Http

DEADLINE = timedelta(seconds=10)


class Heartbeat:
    """Calls an address. What goes wrong there is said once, until a call succeeds again, and harms nothing."""

    def __init__(self) -> None:
        self._fault = ""

    async def beat(self, url: str, http: Http) -> str:
        """One GET; what is new to say of it: a fault, or that it is over. The address is a secret but for its host."""
        before, self._fault = self._fault, await _called(url, http)
        if self._fault and not before:
            return f"heartbeat to {urlsplit(url).hostname} failed: {self._fault}"
        return f"heartbeat to {urlsplit(url).hostname} arrives again" if before and not self._fault else ""


async def _called(url: str, http: Http) -> str:
    """What went wrong; empty where nothing did."""
    headers = {"user-agent": http.user_agent}
    try:
        answer = await net.get(url, headers, allow=http.allow, ca_file=http.ca_file, deadline=DEADLINE)
    except net.NetError as error:
        return f"{error.outcome.value}: {error.detail}"
    except (OSError, ValueError) as error:
        return type(error).__name__
    return "" if 200 <= answer.status < 300 else f"answered {answer.status}"
