"""Learns how far a match of column and field can be trusted; writes fields/confidence.json.

Run as `python tools/train_mapping.py`. It learns from what the project states itself: the
spellings of fields.csv, each asked as if it were not known, and made-up values. No export of a
customer or vendor takes part, so labelled real headers stay a fair test.
"""

import json
import math
import random
import string
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from lead_pipeline.fields import candidates
from lead_pipeline.fields.catalogue import fields, spellings
from lead_pipeline.fields.confidence import Evidence, confidence
from lead_pipeline.fields.headers import key, words
from lead_pipeline.fields.model import Field, Kind
from lead_pipeline.fields.shapes import CREDITS, look

WEIGHTS = Path(candidates.__file__).with_name("confidence.json")
SEED = 20261122

# Headers of columns that mean nothing to a lead, or name somebody else, and ordinary words.
MEANINGLESS = """
    index|row|row number|seq|checksum|batch|batch no|file name|import id|foo|bar|misc|blank|spare|
    custom 1|custom field|flag|flag 2|internal code|legacy key|old id hash|version|sync status|
    color|colour|shoe size|t shirt size|weight|height|blood group|favourite food|hobby|pet name|
    car registration|licence plate|engine size|mileage|fuel card|warranty|serial number|sku|
    barcode|warehouse|shelf|invoice total|vat number|tax exempt|iban|bank code|swift|discount|
    payment terms|invoice date|due date|ship date|delivery note|tracking code|courier|return code|
    package weight|course code|semester|grade average|teacher|classroom|exam date|attendance|
    library card|sales rep email|created by|created by email|modified by|approved by|agent phone|
    manager email|assistant phone|emergency contact phone|emergency contact name|spouse email|
    mother name|reporting manager|trainer|advisor|driver|captain|team name|branch|branch code|plan|
    email status|email verified|email domain|email opens|email clicks|email sent at|bounce count|
    phone verified|phone carrier|phone valid|sms sent|number of emails|last email subject|naics|
    company founded|company linkedin followers|funding|latest funding date|technologies|sic|
    open date|close reason id|contract end|renewal date|membership end|subscription plan|
    latitude source|map link|floor plan|view count|click count|impressions|spend|ctr|
    quality control|pager|telex|plate|phase|stage manager|ration|plane|prince|brand|citation|
    estate agent|store|teleprompter|initials|office hours|carrier route|account tier|territory|
    region manager|addressee rank|contract|contrast|counter|counting|courtesy car|mission|
    statue|station|stating|rotation|position lock|mailer|detailing|formal|platforms used|
    descriptor|interval|internal|adverts shown|vendors met|patron|companion|compass|sources used|
    context|marker|integration|layer|iteration|transform|notification|parsing|render|offsets|
    fallback|retention|later|complement|converter|intersection|waiter|precedence|treated|
    percentile|produce|consumer|systems|levels|certificates|crash|stale|portal|completion|guide|
    inference|projection|reduction|allocation|factors|recorder|production|promise|champagne|item|
    operation|complex|mediums|platforms|items sold|flows|results set|staat|
    testing|evaluation|targets|registry|layout|scale|directive|being
"""

# Rare ordinary words that a correction of spelling takes for others; those that are not so rare are
# known to words.csv.
ORDINARY = """
    parrish|pointe|sores|dissection|lingo|looping|seer|positional|quell|internment|scouring|
    storied|arte|expedited|flopped|carnal|caro|idiom|mortified|forma|assesses|smite|boron|laing|
    valour|bjorn|dias|modifier|reworking|designating|pesto|wort|const|interned|quantification|
    spector|potable|unis|attenuation|borno|cellulite|creatine|dunks|flipper|lingual|pease|saito|
    firs|reloading|carne|estimator|extrusion|lando|modifies|scoping|instituting
"""

# Words that turn the header of a field into that of something else.
SPOILERS = """
    {} status|{} verified|{} source|{} count|{} sent|{} valid|{} hash|{} history|{} override|
    {} score|{} template|{} confidence|{} quality|{} label|{} url|{} group|{} end|assistant {}|
    emergency {}|previous {}|pet {}|parent {}|old {}|number of {}|last {} check|backup {}|
    spouse {}|total {}|is {} public|reporting {}|{} terms|{} plan|{} route|latest {} step
"""

GIVEN = ["James", "Mary", "Ana", "Priya", "Dana", "Lena", "Omar", "Hugo", "Ivan", "Felix", "Grace"]
FAMILY = ["Example", "Sample", "Tester", "Mustermann", "Placeholder", "Fictional", "Nobody"]
PLACES = ["Springfield", "Austin", "Columbus", "San Jose", "Lyon", "Porto", "Pune", "Reno", "Bonn"]
STREETS = ["Main St", "Oak Avenue", "Elm Dr", "Second Street", "Lake View Rd", "Hill Ct"]
STATES = ["TX", "CA", "OH", "NV", "NY", "Texas", "Ohio", "FL"]
COUNTRIES = ["US", "United States", "India", "Germany", "Mexico", "UK"]
COMPANIES = ["Acme LLC", "Example Inc", "Sample GmbH", "Placeholder Group", "Demo Homes", "Nimbus"]
PHRASES = ["called twice", "Blue", "Facebook", "good fit", "Large", "see notes, later", "A-1", "ok"]

# Fields whose values a column without a telling header is given, right ones and misleading ones.
ANY = [
    "full_name", "first_name", "email", "phone_1", "address_1", "state", "postal_code", "country",
    "ip_address", "website", "comments", "lead_id", "age", "submission_timestamp", "budget",
    "is_test", "company", "city",
]  # fmt: skip


def values_of(field: str | None, rng: random.Random) -> Callable[[], str]:
    """A maker of believable cells for a field; for None, of cells of some random meaning."""
    if field is None:
        field = rng.choice(["comments", "lead_id", "age", "recording_date", "budget", "is_test"])
    single: dict[str, Callable[[], str]] = {
        "full_name": lambda: f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}",
        "first_name": lambda: rng.choice(GIVEN),
        "last_name": lambda: rng.choice(FAMILY),
        "middle_name": lambda: rng.choice(string.ascii_uppercase),
        "name_prefix": lambda: rng.choice(["Mr", "Mrs", "Ms", "Dr."]),
        "gender": lambda: rng.choice(["M", "F", "Male", "Female"]),
        "status": lambda: rng.choice(["New", "Contacted", "Qualified", "Lost", "In progress"]),
        "company": lambda: rng.choice(COMPANIES),
        "address_full": lambda: (
            f"{_street(rng)}, {rng.choice(PLACES)}, TX {rng.randint(10000, 99999)}"
        ),
    }
    return single.get(field) or _values_of_kind(fields()[field].kind, rng)


def _values_of_kind(kind: Kind, rng: random.Random) -> Callable[[], str]:
    date = rng.choice(["{y}-{m:02}-{d:02}", "{m}/{d}/{y}", "{y}-{m:02}-{d:02}T08:{d:02}:00+00:00"])
    phone = rng.choice(["202-555-01{:02}", "(202) 555-01{:02}", "+120255501{:02}", "20255501{:02}"])
    makers: dict[Kind, Callable[[], str]] = {
        Kind.TEXT: lambda: rng.choice(PHRASES),
        Kind.NAME: lambda: f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}",
        Kind.EMAIL: lambda: f"{rng.choice(GIVEN).lower()}{rng.randint(1, 999)}@example.com",
        Kind.PHONE: lambda: phone.format(rng.randint(0, 99)),
        Kind.DATE: lambda: date.format(
            y=rng.randint(1950, 2026), m=rng.randint(1, 12), d=rng.randint(1, 28)
        ),
        Kind.MONEY: lambda: rng.choice(["${:,}", "{}", "{}.00"]).format(rng.randint(100, 900000)),
        Kind.INTEGER: lambda: str(rng.randint(0, 90)),
        Kind.NUMBER: lambda: f"{rng.uniform(-120, 120):.4f}",
        Kind.BOOLEAN: lambda: rng.choice(["true", "false", "Yes", "No"]),
        Kind.STREET: lambda: _street(rng),
        Kind.CITY: lambda: rng.choice(PLACES),
        Kind.STATE: lambda: rng.choice(STATES),
        Kind.POSTAL_CODE: lambda: f"{rng.randint(10000, 99999)}",
        Kind.COUNTRY: lambda: rng.choice(COUNTRIES),
        Kind.URL: lambda: f"https://www.example.com/{rng.choice(PHRASES)[:2].strip()}",
        Kind.IP: lambda: f"192.0.2.{rng.randint(1, 254)}",
        Kind.ID: lambda: rng.choice(
            [str(rng.randint(1, 10**6)), f"a0B{rng.randint(10**9, 10**10)}"]
        ),
    }
    return makers.get(kind) or makers[Kind.DATE]


def _street(rng: random.Random) -> str:
    return f"{rng.randint(1, 9999)} {rng.choice(STREETS)}"


# Values that suit a field less than this are another field's, whatever the header says.
_MISPLACED = 0.4

# So are columns that are not what they are called.
_SWAPPED = 0.5

# Slips of the pen are rarer than ordinary words that look like one.
_MISSPELT = 0.25

Example = tuple[Evidence, bool]


def examples(rng: random.Random) -> Iterator[Example]:
    """Pairs of evidence and whether the match was right."""
    people = [
        field for field in fields().values() if not field.name.startswith(("contact_", "mls_"))
    ]
    for field in people:
        for spelling in field.aliases:
            if spelling != "-":
                yield from _spelling(field, spelling, rng)
    for header in _listed(MEANINGLESS):
        for _ in range(6):
            yield from _labelled(header, _cells(values_of(rng.choice(ANY), rng), rng), None)
    for header in _listed(ORDINARY):
        yield from _labelled(header, _cells(values_of(rng.choice(ANY), rng), rng), None)
    for number in range(1500):
        field_name = rng.choice(ANY)
        header = f"column {number}" if number % 2 else _nonsense(rng)
        yield from _labelled(header, _cells(values_of(field_name, rng), rng), field_name)


def _spelling(field: Field, spelling: str, rng: random.Random) -> Iterator[Example]:
    """One known spelling: as it stands, as if it were new, misspelt, spoilt, over wrong values."""

    def own() -> list[str]:
        return _cells(values_of(field.name, rng), rng)

    yield from _labelled(spelling, own(), field.name)
    yield from _labelled(spelling, own(), field.name, without=spelling)
    if rng.random() < _MISSPELT:
        prefix = rng.choice(["", "", "your ", "lead "])
        yield from _labelled(prefix + _misspell(spelling, rng), own(), field.name)
    for spoiler in rng.sample(_listed(SPOILERS), 3):
        spoilt = spoiler.format(spelling)
        repeats = len(set(words(spoilt))) < len(words(spoilt))
        if key(spoilt) not in spellings() and not repeats:
            yield from _labelled(spoilt, _cells(values_of(rng.choice(ANY), rng), rng), None)
    other = rng.choice(ANY)
    wrong = _cells(values_of(other, rng), rng, empty=0)
    if rng.random() < _SWAPPED and look(wrong).suits(CREDITS[field.kind]) < _MISPLACED:
        yield from _labelled(spelling, wrong, other if other in candidates.BY_VALUES else None)


def _labelled(
    header: str, cells: Sequence[str], right: str | None, without: str | None = None
) -> Iterator[Example]:
    for name, gathered in candidates.evidence(candidates.read(header, without), look(cells)):
        if gathered.shared > 0.4 or gathered.support > 0.5:
            yield gathered, name == right


def _listed(text: str) -> list[str]:
    return [entry.strip() for entry in text.split("|")]


def _cells(make: Callable[[], str], rng: random.Random, empty: float = 0.35) -> list[str]:
    """Twenty cells, or none for a share of the columns: many files show no value to learn from."""
    return [] if rng.random() < empty else [make() for _ in range(20)]


def _misspell(text: str, rng: random.Random) -> str:
    at = rng.randrange(max(1, len(text) - 1))
    slip = rng.choice(["swap", "drop", "double"])
    if slip == "swap":
        return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
    return text[:at] + (text[at] * 2 if slip == "double" else "") + text[at + 1 :]


def _nonsense(rng: random.Random) -> str:
    return "".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(4))


def learn(found: Sequence[Example], rounds: int = 12, ridge: float = 1.0) -> dict[str, float]:
    """Logistic regression by Newton's method, with a little ridge so that it always converges."""
    names = ["bias", *asdict(found[0][0])]
    rows = [([1.0, *asdict(gathered).values()], float(right)) for gathered, right in found]
    weights = [0.0] * len(names)
    for _ in range(rounds):
        gradient = [-ridge * weight for weight in weights]
        curve = [[ridge * (i == j) for j in range(len(names))] for i in range(len(names))]
        for row, right in rows:
            chance = 1 / (1 + math.exp(-sum(w * x for w, x in zip(weights, row, strict=True))))
            bend = chance * (1 - chance)
            for i, x in enumerate(row):
                if x:
                    gradient[i] += (right - chance) * x
                    curve[i] = [c + bend * x * y for c, y in zip(curve[i], row, strict=True)]
        weights = [w + s for w, s in zip(weights, _solve(curve, gradient), strict=True)]
    return {name: round(weight, 3) for name, weight in zip(names, weights, strict=True)}


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gaussian elimination; the ridge keeps the matrix positive definite, so no pivoting."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i, pivot in enumerate(rows):
        rows[i] = pivot = [value / pivot[i] for value in pivot]
        for j, row in enumerate(rows):
            if j != i:
                rows[j] = [a - row[i] * b for a, b in zip(row, pivot, strict=True)]
    return [row[-1] for row in rows]


def main() -> None:
    found = list(examples(random.Random(SEED)))  # noqa: S311
    WEIGHTS.write_text(json.dumps(learn(found), indent=2) + "\n", encoding="utf-8")
    lines = [f"{len(found)} examples, {sum(right for _, right in found)} right; sure -> right:"]
    for low in range(10):
        met = [right for gathered, right in found if int(confidence(gathered) * 10) == low]
        lines.append(f"  {low / 10:.1f}  {len(met):6}  {sum(met) / max(1, len(met)):.3f}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
