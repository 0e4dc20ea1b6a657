"""How the demo is told: who speaks, what happened, how long it took. Plain text where nobody looks at a terminal."""

from rich.table import Table
from rich.text import Text

from monitor import terminal

STYLES = {"publisher": "bold yellow", "monitor": "bold cyan", "desk": "green", "hook": "green"}


class Teller:
    """Prints the story, a line a fact."""

    def __init__(self) -> None:
        self._console = terminal.console()

    def chapter(self, title: str) -> None:
        """A heading."""
        self._console.print(Text(f"\n{title}", style="bold underline"))

    def say(self, who: str, words: str, seconds: float | None = None) -> None:
        """One fact, and after how many seconds it came to pass."""
        took = Text(f"  ({seconds:.1f} s)", style="dim") if seconds is not None else Text()
        line = Table.grid(padding=(0, 1))
        line.add_column(width=10)
        line.add_column(overflow="fold")
        line.add_row(Text(who, style=STYLES.get(who, "")), Text(words) + took)
        self._console.print(line)
