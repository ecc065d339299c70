"""Prints the figures, each beside its floor, and which goals are met."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from datetime import UTC, datetime

from .floor import Commits
from .machine import description, pin_note
from .phase import Phase, better
from .services import GOAL_SERVICE, Service
from .start import Starts
from .traffic import FirstTokens

MEBIBYTE = 1 << 20
LEAST_SHARE_OF_IDEAL = 0.35
MOST_IDLE_MEBIBYTES = 60
LATEST_FIRST_ANSWER = 300.0
MOST_WARM_PART = 0.5


@dataclass(frozen=True)
class GoalRound:
    """What one round has measured that the first goal is about, but for the commit; times in microseconds."""

    plain: Phase
    signature: float
    steps: list[Phase]

    def share(self, commit: float) -> float:
        """How much of the ideal a redemption reached, one change's part of a commit being `commit`."""
        return (self.plain.wall + self.signature + commit) / redemption(self.steps).wall


def redemption(steps: list[Phase]) -> Phase:
    return next(phase for phase in steps if phase.name == "redeem")


@dataclass
class Figures:
    """Everything that one run has measured."""

    connections: int
    starts: Starts = field(default_factory=lambda: Starts(0, []))
    idle_bytes: int = 0
    loaded_bytes: int = 0
    peak_bytes: int = 0
    first_tokens: dict[Service, FirstTokens] = field(default_factory=dict)
    steps: dict[Service, list[Phase]] = field(default_factory=dict)
    flows: dict[Service, list[Phase]] = field(default_factory=dict)
    goal_rounds: list[GoalRound] = field(default_factory=list)
    plain: Phase | None = None
    signatures: dict[str, float] = field(default_factory=dict)
    commits: Commits = field(default_factory=lambda: Commits(0, 0))
    group: int = 1
    """How many redemptions one commit held."""
    fullest: float = 0.0
    """One change's part of a commit that holds a change of every connection."""

    def keep(self, table: dict[Service, list[Phase]], service: Service, phases: list[Phase]) -> None:
        """Put `phases` into `table`, each where it is better than that of the round before."""
        known = table.get(service, phases)
        table[service] = [better(old, new) for old, new in zip(known, phases, strict=True)]

    def goal_phase(self) -> Phase:
        """The phase that the first goal is about."""
        return redemption(self.steps[GOAL_SERVICE])

    def observed_group(self) -> int:
        """How many redemptions one commit held."""
        phase = self.goal_phase()
        return max(1, round(phase.operations / max(1, phase.commits)))

    def ideal(self, service: Service, step: str) -> float:
        """Microseconds of the parts that `step` cannot do without, one after the other."""
        assert self.plain is not None
        signing = service.signatures * self.signatures[service.algorithm]
        extra = {
            "authorize": self.commits.grouped,
            "redeem": signing + self.commits.grouped,
            "userinfo": 0.0,
            "refresh": signing + self.commits.grouped,
            "whole flow": 2 * self.plain.wall + signing + 2 * self.commits.grouped,
        }
        return self.plain.wall + extra[step]


def show(figures: Figures) -> int:
    """Print everything; the exit status is 0 whether or not the goals are met, for a missed goal is a finding."""
    print(f"\nDrawbridge benchmark, {datetime.now(UTC):%Y-%m-%d}, {description()}")
    rounds = len(figures.goal_rounds)
    print(f"{figures.connections} connections. {pin_note()} Each figure is the best of {rounds} rounds.")
    _show_floor(figures)
    for service, phases in figures.steps.items():
        _show_phases(figures, service, phases, "each step by itself")
    for service, phases in figures.flows.items():
        _show_phases(figures, service, phases, "whole flows: authorize, redeem, userinfo")
    _show_starts(figures)
    _show_goals(figures)
    return 0


def _show_floor(figures: Figures) -> None:
    assert figures.plain is not None
    plain = figures.plain
    rows = [
        ("a plain Hummingbird answer", plain.wall, f"{plain.rate:,.0f}/s, CPU {plain.cpu:.1f} µs"),
        ("one ES256 signature (swift-crypto)", figures.signatures["ES256"], ""),
        ("one RS256 signature (libcrypto, 2048 bits)", figures.signatures["RS256"], ""),
        ("one FULL commit alone", figures.commits.alone, ""),
        (f"one change of a FULL commit of {figures.group}", figures.commits.grouped, "the group size seen under load"),
        (f"one change of a FULL commit of {figures.connections}", figures.fullest, "every connection in one group"),
    ]
    print("\nThe floor, microseconds on one core")
    for name, time, note in rows:
        print(f"  {name:<44} {time:>9.1f}  {note}".rstrip())


def _show_phases(figures: Figures, service: Service, phases: list[Phase], how: str) -> None:
    print(f"\n{service.title} ({how})")
    print(
        f"  {'':<14}{'per second':>11}{'p50 ms':>9}{'p99 ms':>9}{'CPU µs':>9}{'group':>7}"
        f"{'ideal µs':>10}{'of ideal':>10}{'looks':>7}"
    )
    for phase in phases:
        print(f"  {phase.name:<14}{phase.rate:>11,.0f}{phase.p50 / 1000:>9.2f}{phase.p99 / 1000:>9.2f}", end="")
        if phase.name.startswith("its "):
            print()
            continue
        group = f"{phase.operations / phase.commits:.1f}" if phase.commits else "-"
        ideal = figures.ideal(service, phase.name)
        share = f"{ideal / phase.wall:.1%}"
        print(f"{phase.cpu:>9.0f}{group:>7}{ideal:>10.1f}{share:>10}{phase.looks:>7.0f}")


def _show_starts(figures: Figures) -> None:
    first = figures.first_tokens[GOAL_SERVICE]
    later = figures.starts.later
    print("\nStart and memory")
    print(f"  first answer after the very first start {figures.starts.very_first:>8.0f} ms (makes the keys)")
    print(f"  first answer after a later start        {statistics.median(later):>8.0f} ms (median of {len(later)})")
    print(f"  memory idle                             {figures.idle_bytes / MEBIBYTE:>8.1f} MiB")
    print(f"  memory after the load                   {figures.loaded_bytes / MEBIBYTE:>8.1f} MiB")
    print(f"  most memory at any time                 {figures.peak_bytes / MEBIBYTE:>8.1f} MiB")
    print(f"  a client's first token request          {first.cold:>8.1f} ms (Argon2)")
    print(f"  its second                              {first.warm:>8.1f} ms")


def _show_goals(figures: Figures) -> None:
    redeem = figures.goal_phase()
    ideal = figures.ideal(GOAL_SERVICE, "redeem")
    share = ideal / redeem.wall
    fullest = (ideal - figures.commits.grouped + figures.fullest) / redeem.wall
    rounds = [each.share(figures.commits.grouped) for each in figures.goal_rounds]
    idle = figures.idle_bytes / MEBIBYTE
    answer = max(figures.starts.later)
    coldest = min(first.cold for first in figures.first_tokens.values())
    print("\nGoals")
    _goal(
        share >= LEAST_SHARE_OF_IDEAL,
        f"redeeming a code with ES256: {share:.1%} of the ideal (at least 35 %); "
        f"{fullest:.1%} if every commit could hold {figures.connections}; "
        f"round by round {', '.join(f'{share:.1%}' for share in rounds)}, the middle {statistics.median(rounds):.1%}",
    )
    _goal(
        redeem.cpu / 1000 < MOST_WARM_PART * coldest,
        f"no Argon2 on a warm token path: {redeem.cpu / 1000:.2f} ms of CPU, a cold one takes {coldest:.1f} ms",
    )
    _goal(idle <= MOST_IDLE_MEBIBYTES, f"idle memory: {idle:.1f} MiB (at most {MOST_IDLE_MEBIBYTES})")
    _goal(answer <= LATEST_FIRST_ANSWER, f"first answer: {answer:.0f} ms after the start at the slowest (at most 300)")


def _goal(is_met: bool, text: str) -> None:
    print(f"  {'pass' if is_met else 'MISS'}  {text}")
