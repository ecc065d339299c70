"""Every secret a run has used, to be searched for where none may be."""

from __future__ import annotations

from pathlib import Path

SHORTEST = 12


class Ledger:
    """Secrets seen so far; short values are left out because they would be found by chance."""

    def __init__(self) -> None:
        """Start empty."""
        self.values: dict[str, str] = {}

    def note(self, kind: str, value: str | None) -> None:
        """Remember ``value``, and for a JWT its signature alone too."""
        if value and len(value) >= SHORTEST:
            self.values[value] = kind

    def found_in(self, *paths: Path) -> list[str]:
        """Which kinds of secret stand in these files, and where."""
        found = []
        for path in paths:
            content = path.read_bytes()
            found += [f"{kind} in {path.name}" for value, kind in self.values.items() if value.encode() in content]
        return sorted(set(found))
