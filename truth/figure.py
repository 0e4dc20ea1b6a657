"""One figure of the table: how often we are right."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`right` of `total` cases; `aim` is the share wanted, None where it is only told. `misses` says each other case in
    a line: "where: what we say, what is true"."""

    section: str
    name: str
    right: int
    total: int
    aim: float | None = None
    misses: tuple[str, ...] = ()

    @property
    def share(self) -> float | None:
        """Of all cases those that are right; None where there was no case."""
        return self.right / self.total if self.total else None


def counted(section: str, name: str, misses: list[str], total: int, aim: float | None = None) -> Figure:
    """The figure of `total` cases of which all but the misses are right."""
    return Figure(section, name, total - len(misses), total, aim, tuple(misses))
