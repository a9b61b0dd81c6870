"""Connected systems: what their keys open, from where, how often, how long; and how quick they were answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network

from app.domain.errors import Invalid


class ClientScope(StrEnum):
    """What a client may do, at most; its user's role may allow less."""

    FILE = "cases:file"
    READ = "cases:read"
    ACT = "cases:act"
    FIGURES = "figures:read"
    RULES = "configuration:read"
    SET_RULES = "configuration:write"


USUAL = (ClientScope.FILE, ClientScope.READ, ClientScope.FIGURES, ClientScope.RULES)
PER_MINUTE, PER_DAY = 12_000, 5_000_000
"""Calls where a client has no quota of its own: filing is not limited below 20 a second (1,200 a minute)."""
MOST_A_DAY = 1_000_000_000
LIVE_KEYS = 2
OVERLAP = timedelta(days=7)
"""How long the old key of a rotation still opens, where nothing else is said."""
LONGEST_OVERLAP = timedelta(days=90)
NETWORKS = 20
BOUNDS = (5, 10, 25, 50, 100, 250, 500, 1000, 2500)
"""Upper bounds of the histogram of answers, in milliseconds; one bucket more holds the rest."""


def scope_needed(*, is_case: bool, is_read: bool) -> ClientScope:
    """The scope that a generated route asks for, from what it is about and whether it only reads."""
    if is_case:
        return ClientScope.READ if is_read else ClientScope.ACT
    return ClientScope.RULES if is_read else ClientScope.SET_RULES


def is_live(ended_at: datetime | None, expires_at: datetime | None, now: datetime) -> bool:
    """Whether a key opens at this moment."""
    return (ended_at is None or ended_at > now) and (expires_at is None or expires_at > now)


def is_from(address: str, networks: str | None) -> bool:
    """Whether an address lies in one of the networks (CIDR, separated by spaces); none named: any address does."""
    if not networks:
        return True
    try:
        peer = ip_address(address)
    except ValueError:
        return False
    peer = getattr(peer, "ipv4_mapped", None) or peer
    return any(peer in ip_network(each) for each in networks.split())


def checked(scopes: str | None, networks: str | None) -> tuple[str | None, str | None]:
    """Scopes and networks as they are kept: known, in order, each once. Raises Invalid."""
    named, places = set((scopes or "").replace(",", " ").split()), (networks or "").replace(",", " ").split()
    errors: dict[str, str] = {}
    if named - set(ClientScope):
        errors["scopes"] = "There is no such scope."
    try:
        kept = list(dict.fromkeys(str(ip_network(each)) for each in places))
    except ValueError:
        errors["networks"] = "Give networks such as 10.1.0.0/16 or 10.1.2.3."
    if len(places) > NETWORKS:
        errors["networks"] = "At most 20 networks."
    if errors:
        raise Invalid(errors)
    return " ".join(each for each in ClientScope if each in named) or None, " ".join(kept) or None


def bucket(milliseconds: float) -> int:
    """Index of the histogram's bucket for an answer that took so long."""
    return next((place for place, bound in enumerate(BOUNDS) if milliseconds <= bound), len(BOUNDS))


def percentile(counts: Sequence[int], share: float) -> float | None:
    """Milliseconds within which this share of the answers came, to the bucket; None without any.

    Within a bucket answers are taken as evenly spread; in the last one only its lower bound is known.
    """
    wanted, below = share * sum(counts), 0
    for place, count in enumerate(counts):
        if count and below + count >= wanted:
            least = BOUNDS[place - 1] if place else 0
            most = BOUNDS[place] if place < len(BOUNDS) else least
            return least + (most - least) * (wanted - below) / count
        below += count
    return None
