"""Which department takes a complaint, and why: matter x region x respondent -> lead, co-handlers, trace.

Where a region lacks the type of department that the rule names, the level above answers. The department
complained about never handles its own case, nor does one below it: the case goes up (escalated). Parents come
from ``parent_code`` alone, never from code prefixes: 410173 lies in 4101's range and is a city of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

GOVERNMENT: Final = "RMZF"
AUTHORITY: Final = "YSHJ"
_RULE_LEVEL: Final = {"zone": "county"}  # a zone has no rule of its own
_BLOCKED: Final = frozenset({"is_respondent", "subordinate_of_respondent"})


class Rule(NamedTuple):
    """Who accepts a matter at a level: one lead type, any co-handling types in order."""

    lead_type: str
    co_types: tuple[str, ...] = ()


class Place(NamedTuple):
    """A region's level (province, city, county, zone) and the region above it."""

    level: str
    parent_code: str | None


class Unit(NamedTuple):
    """A department's type and region."""

    type_code: str
    region_code: str


class TraceLine(NamedTuple):
    """One finding on the way, as data for JSON; doors put it into words.

    Codes: rule, unknown_region, no_rule, unknown_respondent, no_department, is_respondent,
    subordinate_of_respondent, is_lead, unused_type, last_resort, chosen, nobody.
    """

    code: str
    params: dict[str, str | list[str] | None]


class Route(NamedTuple):
    """The answer. No lead: someone must classify or dispatch by hand, and the trace says why."""

    lead: str | None
    co: tuple[str, ...]
    trace: tuple[TraceLine, ...]
    is_escalated: bool


@dataclass(frozen=True)
class Directory:
    """What routing knows: departments by (type, region), their units, regions, rules by (matter, level)."""

    departments: Mapping[tuple[str, str], str]
    units: Mapping[str, Unit]
    regions: Mapping[str, Place]
    rules: Mapping[tuple[str, str], Rule]

    @cached_property
    def used_types(self) -> frozenset[str]:
        """The types that at least one department has."""
        return frozenset(type_code for type_code, _ in self.departments)

    def climb(self, region_code: str | None) -> tuple[str, ...]:
        """Return the region and those above it, nearest first; empty when unknown, and never endless."""
        chain: list[str] = []
        while region_code is not None and region_code in self.regions and region_code not in chain:
            chain.append(region_code)
            region_code = self.regions[region_code].parent_code
        return tuple(chain)

    def rule(self, matter_code: str | None, region_code: str) -> Rule | None:
        """Return the rule of the matter at the region's level."""
        level = self.regions[region_code].level
        return None if matter_code is None else self.rules.get((matter_code, _RULE_LEVEL.get(level, level)))

    def is_below(self, candidate: str, respondent: str) -> bool:
        """Whether it answers to the respondent: in its regions and of its type (under a government: any)."""
        unit, other = self.units[candidate], self.units.get(respondent)
        if other is None or other.type_code not in (unit.type_code, GOVERNMENT):
            return False
        return other.region_code in self.climb(unit.region_code)


def route(
    directory: Directory, matter_code: str | None, region_code: str | None, respondent: str | None = None
) -> Route:
    """Find the lead and co-handling departments. Pure and total: what is unknown is traced, not raised."""
    return _Search(directory, respondent).run(matter_code, region_code)


class _Search:
    """One search: the directory, the respondent, and the trace as it grows."""

    def __init__(self, directory: Directory, respondent: str | None) -> None:
        self.directory = directory
        self.respondent = respondent
        self.trace: list[TraceLine] = []

    def run(self, matter_code: str | None, region_code: str | None) -> Route:
        chain = self.directory.climb(region_code)
        if not chain:
            return self._nothing("unknown_region", region=region_code)
        rule = self.directory.rule(matter_code, chain[0])
        if rule is None:
            return self._nothing("no_rule", matter=matter_code, region=chain[0])
        self._note("rule", matter=matter_code, region=chain[0], lead=rule.lead_type, co=list(rule.co_types))
        if self.respondent is not None and self.respondent not in self.directory.units:
            self._note("unknown_respondent", department=self.respondent)
        return self._answer(rule, chain)

    def _answer(self, rule: Rule, chain: tuple[str, ...]) -> Route:
        lead = self._choose("lead", rule.lead_type, chain, None)
        is_escalated = any(line.code in _BLOCKED for line in self.trace)
        lead = lead or self._last_resort(chain[-1])
        if lead is None:
            return self._nothing("nobody", region=chain[0])
        return Route(lead, tuple(self._co(rule, chain, lead)), tuple(self.trace), is_escalated)

    def _co(self, rule: Rule, chain: tuple[str, ...], lead: str) -> Iterator[str]:
        for type_code in dict.fromkeys(rule.co_types):
            if type_code not in self.directory.used_types:
                self._note("unused_type", role="co", type=type_code)
            elif found := self._choose("co", type_code, chain, lead):
                yield found

    def _choose(self, role: str, type_code: str, chain: tuple[str, ...], lead: str | None) -> str | None:
        """Take the nearest department of the type that may handle the case; the lead ends the search."""
        for region_code in chain:
            code = self.directory.departments.get((type_code, region_code))
            finding = self._judge(code, lead)
            self._note(finding, role=role, type=type_code, region=region_code, department=code)
            if finding == "chosen":
                return code
            if finding == "is_lead":
                break
        return None

    def _judge(self, code: str | None, lead: str | None) -> str:
        if code is None:
            return "no_department"
        if code in (lead, self.respondent):
            return "is_lead" if code == lead else "is_respondent"
        if self.respondent is not None and self.directory.is_below(code, self.respondent):
            return "subordinate_of_respondent"
        return "chosen"

    def _last_resort(self, top: str) -> str | None:
        """Take the top region's government, else its authority; only the respondent is out."""
        for type_code in (GOVERNMENT, AUTHORITY):
            code = self.directory.departments.get((type_code, top))
            if code is not None and code != self.respondent:
                self._note("last_resort", role="lead", type=type_code, region=top, department=code)
                return code
        return None

    def _nothing(self, code: str, **params: str | None) -> Route:
        self._note(code, **params)
        return Route(None, (), tuple(self.trace), is_escalated=False)

    def _note(self, code: str, **params: str | list[str] | None) -> None:
        self.trace.append(TraceLine(code, params))
