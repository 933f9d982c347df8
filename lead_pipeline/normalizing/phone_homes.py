"""In whose numbering plan a phone without a country code is read: that of its row, or the default.

What a row says of its countries is found out here; reading numbers is phones.py's business.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields

import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.fields.headers import CALLING_CODE
from lead_pipeline.normalizing.addresses import normalize_countries
from lead_pipeline.normalizing.phones import Phones, normalize_phones
from lead_pipeline.reading.cell_text import tidy_text

# `+49`, `0049`, `49`, `Germany (+49)`, `+1-876`: a calling code has three digits at most and begins
# no other one (ITU E.164).
_CODE = re.compile(r"^\D*?(?:00)?([1-9]\d{0,3})\b")
_SAYING = ("phone_country_code", "country_code", "country")  # the fields that speak of countries
_NULL = pa.scalar(None, pa.string())


@dataclass(frozen=True, slots=True)
class _Homes:
    """What rows say of the country of a phone: ISO 3166-1 alpha-2, null where they say nothing.

    `stated` comes with a calling code, `coded` from a column of country codes, `lived` is where the
    person is.
    """

    stated: pa.StringArray
    coded: pa.StringArray
    lived: pa.StringArray

    @property
    def region(self) -> pa.StringArray:
        return pc.coalesce(self.stated, self.coded, self.lived)

    def take(self, at: pa.Array) -> "_Homes":
        return _Homes(self.stated.take(at), self.coded.take(at), self.lived.take(at))


def region_of_header(header: str, default: str) -> str | None:
    """The region whose calling code a header names: `Phone (+49)`."""
    found = CALLING_CODE.search(header)
    return _region_of_code(found[1], default) if found else None


def read_phones(
    columns: Mapping[str, pa.StringArray],
    names: Sequence[str],
    default: str,
    codes: Mapping[str, str],
) -> Phones:
    """The phones of the columns `names`, laid end to end, each read in the plan of its country.

    In this order: the calling code that its header (`codes`: field -> region) or its row states,
    and that alone; the country code of its row, where the number is valid there; the country of its
    row, where the number is valid there and not in `default`; `default`. Numbers that begin with
    `+` are the same everywhere. Further problems, with the other reading in `suggestions`:

    - `ambiguous_region`: valid in the row's country and in `default`, which was taken;
    - `not_of_its_country`: not valid where its row says it is from, but in `default`, which was
      taken; where a calling code says so, nothing was.
    """
    values = pa.concat_arrays([columns[name] for name in names])
    here = normalize_phones(values, default)
    homes = _homes(columns, names, default, codes)
    if homes is None:
        return here
    bare = pc.invert(pc.starts_with(pc.ascii_ltrim_whitespace(values), "+"))
    open_ = pc.fill_null(pc.and_(homes.region.is_valid(), bare), False)
    at = pc.indices_nonzero(open_)
    if not len(at):
        return here
    homes = homes.take(at)
    settled = _settled(_taken(here, at), _read_there(values.take(at), homes.region), homes)
    after = pa.array(range(len(values), len(values) + len(at)), pa.int64())
    places = pc.replace_with_mask(pa.array(range(len(values)), pa.int64()), open_, after)
    return _taken(_joined([here, settled]), places)


def _settled(here: Phones, there: Phones, homes: _Homes) -> Phones:
    """Of two readings of each number the one that counts."""
    valid_here, valid_there = here.e164.is_valid(), there.e164.is_valid()
    stated, coded = homes.stated.is_valid(), homes.coded.is_valid()
    both = pc.and_(valid_here, valid_there)
    other = pc.fill_null(pc.not_equal(here.e164, there.e164), True)
    abroad = pc.or_(stated, pc.and_(valid_there, pc.or_(coded, pc.invert(valid_here))))
    ambiguous = pc.and_not(pc.and_(both, other), abroad)
    astray = pc.and_(pc.and_not(valid_here, valid_there), pc.or_(stated, coded))
    at = pa.array(range(len(abroad)), pa.int64())
    chosen = _taken(_joined([here, there]), pc.if_else(abroad, pc.add(at, len(at)), at))
    marks = pc.if_else(ambiguous, "ambiguous_region", _NULL)
    marks = pc.if_else(astray, "not_of_its_country", marks)
    meant = pc.if_else(pc.and_(astray, stated), here.e164, _NULL)
    return replace(
        chosen,
        problems=pc.coalesce(marks, chosen.problems),
        suggestions=pc.if_else(ambiguous, there.e164, meant),
    )


def _read_there(values: pa.StringArray, regions: pa.StringArray) -> Phones:
    """Each value read in the region that stands beside it."""
    order, parts = [], []
    for region in pc.unique(regions).to_pylist():
        at = pc.indices_nonzero(pc.equal(regions, region))
        order.append(at)
        parts.append(normalize_phones(values.take(at), region))
    return _taken(_joined(parts), pc.sort_indices(pa.concat_arrays(order)))


def _homes(
    columns: Mapping[str, pa.StringArray],
    names: Sequence[str],
    default: str,
    codes: Mapping[str, str],
) -> _Homes | None:
    """What is said of each phone; None where none is said to be from elsewhere."""
    if not codes and not columns.keys() & {*_SAYING}:
        return None
    rows = len(columns[names[0]])
    nothing = pa.nulls(rows, pa.string())
    code, country_code, country = (columns.get(name, nothing) for name in _SAYING)
    stated = pc.coalesce(
        _calling_codes(code, default),
        _known(normalize_countries(code).values),
        _calling_codes(country_code, default),
    )
    coded = _known(normalize_countries(country_code).values)
    lived = _known(normalize_countries(country).values)
    headed = [
        pa.repeat(pa.scalar(codes[name]), rows) if name in codes else stated for name in names
    ]
    homes = _Homes(
        pa.concat_arrays(headed),
        pa.concat_arrays([coded] * len(names)),
        pa.concat_arrays([lived] * len(names)),
    )
    near = pc.is_in(homes.region, pa.array(_regions_beside(default)))
    if pc.all(pc.or_(near, homes.region.is_null())).as_py():
        return None
    return _Homes(*(pc.if_else(near, _NULL, p) for p in (homes.stated, homes.coded, homes.lived)))


def _calling_codes(cells: pa.StringArray, default: str) -> pa.StringArray:
    """The region of each cell that holds a calling code."""
    encoded = tidy_text(cells).dictionary_encode()
    found = [_CODE.search(text) for text in encoded.dictionary.to_pylist()]
    regions = [_region_of_code(one[1], default) if one else None for one in found]
    return pa.array(regions, pa.string()).take(encoded.indices)


def _region_of_code(digits: str, default: str) -> str | None:
    """The main region of the calling code that the digits begin with; the default if it has it."""
    for length in (1, 2, 3):
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(digits[:length]))
        if regions:
            return default if default in regions else regions[0]
    return None


def _regions_beside(default: str) -> list[str]:
    """The regions that share the default's calling code: their numbers read alike."""
    code = phonenumbers.country_code_for_region(default)
    return list(phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code, (default,)))


def _known(countries: pa.StringArray) -> pa.StringArray:
    """Null instead of countries that have no numbering plan."""
    plans = pa.array(sorted(phonenumbers.SUPPORTED_REGIONS))
    return pc.if_else(pc.is_in(countries, plans), countries, _NULL)


def _taken(phones: Phones, at: pa.Array) -> Phones:
    return Phones(**{f.name: getattr(phones, f.name).take(at) for f in dataclass_fields(phones)})


def _joined(parts: Sequence[Phones]) -> Phones:
    return Phones(
        **{
            f.name: pa.concat_arrays([getattr(part, f.name) for part in parts])
            for f in dataclass_fields(Phones)
        }
    )
