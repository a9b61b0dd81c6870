"""Who has a case open: for a short while, by id, and nobody at all while Redis is away."""

from __future__ import annotations

from app.gateways.presence import REST, STAYS, Presence

NOW = 1_800_000_000.0


def test_others_are_known_for_a_short_while(valkey, settings):
    here = Presence(settings.redis_url)
    assert here.others(7, 1, NOW) == []
    assert here.others(7, 2, NOW + 5) == [1]
    assert here.others(7, 3, NOW + 10) == [2, 1]
    assert here.others(8, 3, NOW + 10) == []
    assert here.others(7, 3, NOW + STAYS + 1) == [2]
    assert 0 < valkey.ttl("huiyin:here:7") <= STAYS
    assert valkey.zrange("huiyin:here:7", 0, -1) == [b"2", b"3"], "ids, and nothing else"


def test_redis_away_is_silent_and_left_alone_for_a_while(tmp_path, monkeypatch):
    here = Presence(f"unix://{tmp_path}/nobody.sock")
    assert here.others(7, 1, NOW) == []

    def asked(*_):
        raise AssertionError("asked again at once")

    monkeypatch.setattr(here._redis, "pipeline", asked)
    assert here.others(7, 1, NOW) == []
    assert REST > 0
