"""Makes lists of invented people, many of whom stand in them twice, as people are written twice:
mistyped, moved, without a date of birth, with first and last name in each other's place.

Also there are those who only look alike: households, fathers and sons, twins, namesakes.
`write_people` writes a list and says who is who; the same for the same seed.
"""

import csv
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random

# How often one thing about a person's other record is wrong, and how often anything is missing.
_MISTYPED = {
    "first_name": 0.12, "last_name": 0.10, "birth_date": 0.10, "house_number": 0.10,
    "street": 0.10, "postal_code": 0.08, "city": 0.05,
}  # fmt: skip
_SWAPPED_NAMES, _MOVED, _OTHER_CHANNEL, _MISTYPED_CHANNEL, _MISSING = 0.04, 0.03, 0.36, 0.54, 0.02
_ALWAYS = ("last_name", "phone", "email")
_SYLLABLES = """
    ka ber lin mo tes ra vol den si har pel nor wick ston dal fer gan hol ines jor kel lam mar nev
    ost par quin ros sut tol""".split()  # noqa: SIM905 - a list of them fills a page


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the list, as its cells stand."""

    first_name: str
    last_name: str
    birth_date: str
    house_number: str
    street: str
    city: str
    postal_code: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Kinds:
    """How many others a person brings along, on average: copies of themself, people of their
    household, namesakes."""

    copies: float = 0.3
    household: float = 0.25
    namesakes: float = 0.03


def write_people(path: Path, people: int, seed: int, *, phones: bool, kinds: Kinds) -> list[int]:
    """Write a list; the number of the person in each row, in their order.

    Everybody has a phone or, without `phones`, a mail that says nothing of a name.
    """
    random = Random(seed)
    town = _Town(random)
    rows: list[tuple[int, Record]] = []
    everybody = [member for _ in range(people) for member in town.family(kinds)]
    for person, record in enumerate(everybody):
        rows.append((person, record))
        while random.random() < kinds.copies:
            rows.append((person, town.written_again(record)))
    random.shuffle(rows)
    names = [field.name for field in fields(Record)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([name.replace("_", " ").title() for name in names])
        for _, record in rows:
            *cells, phone, email = (getattr(town.thinned(record), name) for name in names)
            writer.writerow([*cells, phone if phones else "", "" if phones else email])
    return [person for person, _ in rows]


class _Town:
    """Names as frequent as names are (Zipf), streets, postal codes, and people who live there."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._first = _Frequent(random, _words(random, 700, (1, 2, 2)))
        self._last = _Frequent(random, _words(random, 6_000, (2, 3)))
        self._streets = [
            f"{name} {random.choice(('St', 'Ave', 'Rd', 'Ln'))}"
            for name in _words(random, 2_500, (2, 3))
        ]
        words = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
        self._areas: list[str] = words["area_codes"]
        codes = random.sample(range(10_000, 99_990, 5), 300)
        self._places = list(zip(_words(random, 300, (2, 3)), codes, strict=True))

    def family(self, kinds: Kinds) -> list[Record]:
        """A person, those who live with them, and their namesakes elsewhere."""
        head = self._person()
        found = [head]
        while self._random.random() < kinds.household:
            found.append(self._member(head))
        if self._random.random() < kinds.namesakes:
            own = replace(self._person(), first_name=head.first_name, last_name=head.last_name)
            near = {"city": head.city, "postal_code": head.postal_code}
            found.append(replace(own, **near) if self._random.random() < 0.3 else own)
        return found

    def written_again(self, record: Record) -> Record:
        """Another record of the same person."""
        random = self._random
        if random.random() < _MOVED:
            home = self._person()
            record = replace(
                record,
                house_number=home.house_number,
                street=home.street,
                city=home.city,
                postal_code=home.postal_code,
            )
        if random.random() < _SWAPPED_NAMES:
            record = replace(record, first_name=record.last_name, last_name=record.first_name)
        wrong = {
            name: self._mistyped(name, getattr(record, name))
            for name, share in _MISTYPED.items()
            if random.random() < share
        }
        channels = {
            "phone": self._again(record.phone, self._phone, self._phone_mistyped),
            "email": self._again(record.email, self._email, self._mail_mistyped),
        }
        return replace(record, **channels, **wrong)

    def thinned(self, record: Record) -> Record:
        """The record without what its writer did not know; a last name is always known."""
        known = [field.name for field in fields(Record) if field.name not in _ALWAYS]
        gone = {
            name: ""
            for name in known
            if self._random.random() < _MISSING * (0.2 if name == "first_name" else 1)
        }
        return replace(record, **gone)

    def _person(self) -> Record:
        random = self._random
        city, code = random.choice(self._places)
        born = date(1935, 1, 1) + timedelta(days=random.randrange(70 * 365))
        return Record(
            first_name=self._first.one(),
            last_name=self._last.one(),
            birth_date=born.isoformat(),
            house_number=str(random.randint(1, 2_500)),
            street=random.choice(self._streets),
            city=city,
            postal_code=str(code + random.randrange(5)),
            phone=self._phone(),
            email=self._email(),
        )

    def _member(self, head: Record) -> Record:
        own = self._person()
        kept = ("last_name", "house_number", "street", "city", "postal_code")
        shared = {name: getattr(head, name) for name in kept}
        if self._random.random() < 0.03:
            shared["first_name"] = head.first_name
        elif self._random.random() < 0.02:
            shared["birth_date"] = head.birth_date
        return replace(own, **shared)

    def _phone(self) -> str:
        return f"{self._random.choice(self._areas)}555{self._random.randrange(10_000):04d}"

    def _email(self) -> str:
        letters = "".join(self._random.choices("abcdefghijklmnopqrstuvwxyz", k=7))
        return f"{letters}{self._random.randrange(100)}@example.com"

    def _again(
        self, channel: str, another: Callable[[], str], mistyped: Callable[[str], str]
    ) -> str:
        """The channel as it stands in another record: mostly wrong, else matching finds the two."""
        chance = self._random.random()
        if chance < _OTHER_CHANNEL:
            return another()
        return mistyped(channel) if chance < _OTHER_CHANNEL + _MISTYPED_CHANNEL else channel

    def _phone_mistyped(self, phone: str) -> str:
        return phone[:6] + self._digits_mistyped(phone[6:])

    def _mail_mistyped(self, mail: str) -> str:
        name, _, provider = mail.partition("@")
        return f"{self._word_mistyped(name)}@{provider}"

    def _mistyped(self, name: str, text: str) -> str:
        if name == "birth_date":
            return self._date_mistyped(date.fromisoformat(text)).isoformat()
        return self._digits_mistyped(text) if text.isdigit() else self._word_mistyped(text)

    def _date_mistyped(self, born: date) -> date:
        """Day and month in each other's place, or another digit in one of the three."""
        random = self._random
        if born.day <= 12 and random.random() < 0.4:
            return born.replace(month=born.day, day=born.month)
        part = random.choice(("year", "month", "day"))
        limits = {"year": (1935, 2005), "month": (1, 12), "day": (1, 28)}
        low, high = limits[part]
        step = random.choice((-10, -1, 1, 10)) if part != "month" else random.choice((-1, 1))
        changed = min(max(getattr(born, part) + step, low), high)
        return born.replace(day=min(born.day, 28)).replace(**{part: changed})

    def _digits_mistyped(self, digits: str) -> str:
        at = self._random.randrange(len(digits))
        if at + 1 < len(digits) and self._random.random() < 0.5:
            return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        return digits[:at] + self._random.choice("123456789") + digits[at + 1 :]

    def _word_mistyped(self, word: str) -> str:
        """One letter left out, doubled, changed, or in the place of the next."""
        at = self._random.randrange(max(1, len(word) - 1))
        letter, rest = word[at], word[at + 1 :]
        wrong = self._random.choice("aeinorst")
        ways = (rest, letter + letter + rest, wrong + rest, rest[:1] + letter + rest[1:])
        return word[:at] + self._random.choice(ways)


class _Frequent:
    """Draws of which the first are the most frequent."""

    def __init__(self, random: Random, values: Sequence[str]) -> None:
        self._random = random
        self._values = values
        self._chances = list(accumulate((at + 2) ** -0.8 for at in range(len(values))))

    def one(self) -> str:
        return self._random.choices(self._values, cum_weights=self._chances)[0]


def _words(random: Random, count: int, parts: Sequence[int]) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        word = "".join(random.choice(_SYLLABLES) for _ in range(random.choice(parts)))
        found[word.title()] = None
    return list(found)
