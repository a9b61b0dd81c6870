"""The words of the demonstration: one believable filing, from the texts of seeds/demo.json and its slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any, NamedTuple

from app.domain.deadlines import china_day
from app.domain.forms import FieldType
from app.domain.privacy import is_uscc
from app.operations import seed_files as files
from app.operations.books import Books, MatterFacts
from app.operations.demo_cast import PROVINCE
from app.operations.demo_slots import Slots, fill
from app.operations.filing import ComplainantFacts, Filing, RespondentFacts

SOURCE = "demo"
LIT = 3000
"""Up to this serial, some cases are put where the demonstration accounts can see them."""
_CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # pragma: allowlist secret


@dataclass(frozen=True)
class Place:
    """Where a case plays: a region, its name, and the city it belongs to."""

    code: str
    name: str
    city_code: str
    city_name: str


class Scene(NamedTuple):
    """Where a case plays and about what; lit: where the demonstration accounts can see it."""

    place: Place
    matter: MatterFacts
    is_lit: bool


@dataclass(frozen=True)
class Words:
    """The texts, and the places and departments they speak of."""

    texts: Mapping[str, Any]
    places: Mapping[str, Place]
    names: Mapping[str, str]
    books: Books

    @cached_property
    def _regions(self) -> dict[str, int]:
        return {code: self.texts["regions"][code] for code in self.places}

    @cached_property
    def _matters(self) -> dict[str, int]:
        return {code: weight for code, weight in self.texts["weights"].items() if self._is_in_use(code)}

    def _is_in_use(self, code: str) -> bool:
        return code in self.books.matters and self.books.matters[code].is_active

    def any_of(self, pick: Random, pool: Mapping[str, int]) -> str:
        """One name of a pool, by weight."""
        return pick.choices(list(pool), list(pool.values()))[0]

    def scene(self, pick: Random, serial: int) -> Scene:
        """Where a case plays, and about what; now and then where the demonstration accounts can see it."""
        code, region, is_lit = self.any_of(pick, self._matters), self.any_of(pick, self._regions), False
        for spot in self.texts["spotlights"] if serial <= LIT else ():
            seen = [each for each in spot["matters"] if self._is_in_use(each)]
            if serial % spot["every"] == 0 and spot["region"] in self.places and seen:
                code, region, is_lit = pick.choice(seen), spot["region"], True
        return Scene(self.places[region], self.books.matters[code], is_lit)

    def filing(self, pick: Random, scene: Scene, serial: int, filed_at: datetime, *, is_classified: bool) -> Filing:
        """A filing with everything a real one has; unclassified ones come without matter and form.

        About the provincial centre itself every filing is classified: only then somebody may act in its place.
        """
        place, matter = scene.place, scene.matter
        text = pick.choice(self.texts["matters"][matter.code])
        who = self._complainant(pick, place)
        respondent, org = self._respondent(pick, text, matter, place)
        filed_on = china_day(filed_at)
        happened = filed_on - timedelta(days=pick.randrange(8, 75))
        known = {"region": place.name, "we": self.texts["we"][who.kind], "org": org}
        slots = known | fill(pick, self.texts, filed_on, happened)
        is_classified = is_classified or respondent.department_code == PROVINCE
        return Filing(
            channel=self.any_of(pick, self.texts["channels"]),
            region_code=place.code,
            title=text["title"].format_map(slots),
            body=text["body"].format_map(slots),
            matter_code=matter.code if is_classified else None,
            occurred_on=happened,
            respondent=respondent,
            complainant=who,
            form=self._answers(pick, matter, text["form"], slots) if is_classified else {},
            source_system=SOURCE,
            external_no=f"{SOURCE}-{serial:07}",
            is_confidential=pick.random() < 0.04,
        )

    def _complainant(self, pick: Random, place: Place) -> ComplainantFacts:
        names = self.texts["names"]
        is_anonymous = pick.random() < 0.08
        if is_anonymous and pick.random() < 0.5:
            return ComplainantFacts(is_anonymous=True)
        name = pick.choice(names["surnames"]) + pick.choice(names["given"])
        phone = f"154{pick.randrange(10**8):08}"
        if pick.random() < 0.22:
            return ComplainantFacts("person", name, phone, is_anonymous=is_anonymous)
        city = place.city_name.removesuffix(self.texts["formats"]["city_ending"])
        company = city + "".join(pick.choice(names[part]) for part in _COMPANY)
        uscc = _uscc(pick) if pick.random() < 0.3 else None
        return ComplainantFacts("company", name, phone, is_anonymous=is_anonymous, org_name=company, uscc=uscc)

    def _respondent(
        self, pick: Random, text: Mapping[str, Any], matter: MatterFacts, place: Place
    ) -> tuple[RespondentFacts, str]:
        """Who is complained about, and the name the answers call it by: the nearest department, or an outside body."""
        kind = matter.respondent_kind
        directory, types = self.books.directory, pick.sample(text["by"], len(text["by"]))
        chain = directory.climb(place.code)
        found = (directory.departments.get((type_code, region)) for type_code in types for region in chain)
        if code := next(filter(None, found), None):
            return RespondentFacts(kind, department_code=code), self.names[code]
        name = text.get("who", "{region}").format(region=place.name, city=place.city_name)
        return RespondentFacts(kind, name=name), name

    def _answers(
        self, pick: Random, matter: MatterFacts, given: Mapping[str, str], slots: Slots
    ) -> dict[str, str | int]:
        """Answers to the matter's own fields; every required one, and about half of the others."""
        found: dict[str, str | int] = {}
        for field in matter.fields:
            if field["key"] in given or field.get("required") or pick.random() < 0.55:
                found |= self._answer(pick, field, given, slots)
        return found

    def _answer(
        self, pick: Random, field: Mapping[str, Any], given: Mapping[str, str], slots: Slots
    ) -> dict[str, str | int]:
        key, kind = field["key"], field["type"]
        pool = [given[key]] if key in given else self.texts["answers"].get(key) or _fallback(field)
        if not pool:
            return {}
        answer: str = pick.choice(pool).format_map(slots)
        return {key: int(answer) if kind == FieldType.INTEGER else answer}


_COMPANY = ("brands", "trades", "forms")


def words(books: Books, regions: Mapping[str, str], departments: Mapping[str, str]) -> Words:
    """The texts with the places that exist here. `regions`, `departments`: names by code."""
    texts = files.read_json(files.SEEDS, "demo.json")
    places = {code: _place(code, books, regions) for code in texts["regions"] if code in regions}
    return Words(texts, places, departments, books)


def _place(code: str, books: Books, names: Mapping[str, str]) -> Place:
    chain = books.directory.climb(code)
    city = next((each for each in chain if books.directory.regions[each].level == "city"), chain[0])
    return Place(code, names[code], city, names[city])


def _fallback(field: Mapping[str, Any]) -> list[str]:
    """Answers for a field the texts do not know: one of its options, a figure, a day; nothing for a text."""
    known = {FieldType.DATE: ["{date_iso}"], FieldType.DECIMAL: ["{fee_yuan}"], FieldType.INTEGER: ["{count}"]}
    if field["type"] == FieldType.ENUM:
        return [option for option in field["options"] if "{" not in option]
    return known.get(FieldType(field["type"]), ["{org}"] if field.get("required") else [])


def _uscc(pick: Random) -> str:
    """A company code with a right check character, of a registration office that does not exist (419999)."""
    body = "91419999" + "".join(pick.choice(_CODE) for _ in range(9))
    return next(body + last for last in _CODE if is_uscc(body + last))
