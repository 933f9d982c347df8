"""Reads the plain phone numbers of a column at once, by libphonenumber's own metadata.

Only what the library is certain to read in the same way is answered here (a property test holds
the two together); everything else is left null for the library itself, in phones.py.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, reduce

import pyarrow as pa
import pyarrow.compute as pc
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata
from phonenumbers.phonemetadata import PhoneNumberDesc

# Punctuation that libphonenumber skips wherever it stands after the first digit.
_SEPARATORS = "- ()."
_RARE_SEPARATORS = "/\u00a0"
_PLAIN = r"^\+?\d+$"
# What may surround a number and is no part of it: blanks, quotes, a spreadsheet's `="..."`,
# and in front the marks of a lead form ("p:", Meta) or of a link ("tel:", RFC 3966).
_AROUND = " \t\r\n\"'=.-()/"
_IN_FRONT = _AROUND + "p:tel"
# Below this many values, compiling the patterns of a plan costs more than asking the library.
_WORTH_A_PLAN = 32
_NEVER = r"[^\d\D]"
_NON_GEOGRAPHICAL = "001"


@dataclass(frozen=True, slots=True)
class Region:
    """How one region's national numbers look: RE2 patterns out of its `PhoneMetadata`.

    `general`, `types` and `leading_digits` are matched against `<length>:<digits>`, since a pattern
    of the metadata only counts for certain lengths. `prefix` is whatever may be dialled before a
    national number, `trunk` the usual one of them ("0"), `other_trunks` what could be taken for it;
    `any_prefix` is each of these, the international prefix, or the country code.
    """

    code: str
    general: str
    general_any_length: str
    types: str
    leading_digits: str | None
    international_prefix: str
    prefix: str
    any_prefix: str
    trunk: str
    other_trunks: str


@lru_cache(maxsize=256)
def region(name: str) -> Region:
    """The plan of a region by its ISO 3166-1 alpha-2 name.

    Raises:
        ValueError: libphonenumber does not know the region.
    """
    metadata = PhoneMetadata.metadata_for_region(name, None)
    general = metadata and metadata.general_desc
    if not metadata or not general:
        raise ValueError(f"{name!r} is not a region with a phone numbering plan, such as 'US'.")
    # The types that make a number valid (libphonenumber, `number_type`).
    types = (
        metadata.fixed_line,
        metadata.mobile,
        metadata.toll_free,
        metadata.premium_rate,
        metadata.shared_cost,
        metadata.personal_number,
        metadata.voip,
        metadata.pager,
        metadata.uan,
        metadata.voicemail,
    )
    prefix = metadata.national_prefix_for_parsing
    idd = metadata.international_prefix or _NEVER
    trunk, other_trunks = _trunk(metadata.national_prefix, prefix)
    return Region(
        code=str(metadata.country_code),
        general=_exactly((general,)),
        general_any_length=f"^(?:{general.national_number_pattern})$",
        types=_exactly(types),
        leading_digits=metadata.leading_digits and f"^[0-9]+:(?:{metadata.leading_digits})",
        international_prefix=f"^(?:{idd})",
        prefix=f"^(?:{prefix or _NEVER})",
        any_prefix=f"^(?:{metadata.country_code}|{idd}|{prefix or _NEVER})",
        trunk=trunk,
        other_trunks=other_trunks,
    )


def _exactly(descriptions: Iterable[PhoneNumberDesc | None]) -> str:
    """One pattern over `<length>:<digits>` for numbers that fit any of the descriptions."""
    alternatives = {
        f"(?:{'|'.join(map(str, d.possible_length)) or '[0-9]+'}):(?:{d.national_number_pattern})"
        for d in descriptions
        if d is not None and d.national_number_pattern
    }
    return f"^(?:{'|'.join(sorted(alternatives)) or _NEVER})$"


def _trunk(trunk: str | None, prefix: str | None) -> tuple[str, str]:
    """The trunk prefix if it is one plain alternative of `prefix`, and the others beside it."""
    if trunk is None or prefix is None:
        return "", _NEVER
    if prefix == trunk:
        return trunk, _NEVER
    for others in (prefix.removeprefix(f"{trunk}|"), prefix.removesuffix(f"|{trunk}")):
        if others != prefix:
            return trunk, f"^(?:{others})"
    return "", _NEVER


def read_plain(values: pa.StringArray, default_region: str) -> pa.StringArray:
    """E.164 of each plain and valid number, "" of each that is plain but invalid.

    Null is left for the library: all whose reading is not certain here (and empty values).

    Args:
        values: cells as they stand.
        default_region: ISO 3166-1 alpha-2, of numbers without a country code.

    Raises:
        ValueError: libphonenumber does not know the region.
    """
    home = region(default_region)
    if values.null_count == len(values):
        return values  # common where few numbers are read, and needs no work
    digits = _digits(values)
    result = pa.nulls(len(values), pa.string())
    international = _true(pc.starts_with(digits, "+"))
    national = pc.and_not(digits.is_valid(), international)
    result = _put(result, national, _read_national(digits.filter(national), home))
    abroad = digits.filter(international)
    return _put(result, international, _read_international(abroad))


def _digits(values: pa.StringArray) -> pa.StringArray:
    """Digits alone, behind `+` where there is one; null where the value has anything else."""
    text = pc.ascii_ltrim(pc.ascii_rtrim(values, _AROUND), _IN_FRONT)
    digits = _without(text, _SEPARATORS)
    odd = _true(pc.invert(pc.match_substring_regex(digits, _PLAIN)))
    rest = _without(digits.filter(odd), _RARE_SEPARATORS)
    rest = pc.if_else(pc.match_substring_regex(rest, _PLAIN), rest, None)
    return _put(digits, odd, rest)


def _without(values: pa.StringArray, characters: str) -> pa.StringArray:
    return reduce(lambda text, mark: pc.replace_substring(text, mark, ""), characters, values)


def _read_international(numbers: pa.StringArray) -> pa.StringArray:
    """`+` and a country code; certain unless a national prefix seems to follow ("+44 (0)20")."""
    result = pa.nulls(len(numbers), pa.string())
    for code in _frequent_codes(numbers):
        mask = pc.starts_with(numbers, f"+{code}")
        national = pc.utf8_slice_codeunits(numbers.filter(mask), len(code) + 1)
        prefixed = _matches(national, _main_region(code).prefix)
        result = _put(result, mask, _e164(code, pc.if_else(prefixed, None, national)))
    return result


def _frequent_codes(numbers: pa.StringArray) -> list[str]:
    """The geographical country codes that enough of the numbers begin with."""
    heads = pc.value_counts(pc.utf8_slice_codeunits(numbers, 1, 4)).to_pylist()
    counts: Counter[str] = Counter()
    for head in heads:
        counts[_country_code(head["values"])] += head["counts"]
    return [code for code, count in counts.items() if code and count >= _WORTH_A_PLAN]


def _country_code(head: str) -> str:
    """The country code that the digits begin with; no code begins with another one (ITU E.164)."""
    for length in range(1, len(head) + 1):
        if head[:length] in _geographical_codes():
            return head[:length]
    return ""


@lru_cache(maxsize=1)
def _geographical_codes() -> frozenset[str]:
    return frozenset(
        str(code)
        for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()
        if regions[0] != _NON_GEOGRAPHICAL
    )


def _read_national(digits: pa.StringArray, home: Region) -> pa.StringArray:
    """Digits without `+`: what no prefix can begin is the national number as it is."""
    preceded = _matches(digits, home.any_prefix)
    national = pc.if_else(preceded, None, digits)
    national = _put(national, preceded, _strip_prefix(digits.filter(preceded), home))
    return _e164(home.code, national)


def _strip_prefix(digits: pa.StringArray, home: Region) -> pa.StringArray:
    """The national number in digits that may begin with a prefix; null where that is not certain.

    The country code is dropped only from what is no national number with it, but is one without.
    """
    has_code = pc.starts_with(digits, home.code)
    is_national = _matches(_keyed(digits), home.general)
    bare = pc.and_not(pc.and_(has_code, is_national), _matches(digits, home.prefix))

    after_code = pc.utf8_slice_codeunits(pc.if_else(has_code, digits, None), len(home.code))
    drops_code = pc.and_not(
        _matches(_keyed(after_code), home.general), _matches(digits, home.general_any_length)
    )
    for prefix in {home.prefix, _main_region(home.code).prefix}:
        drops_code = pc.and_not(drops_code, _matches(after_code, prefix))

    national = pc.if_else(drops_code, after_code, pc.if_else(bare, digits, None))
    if home.trunk:
        national = pc.coalesce(national, _strip_trunk(digits, home, has_code))
    return pc.if_else(_matches(digits, home.international_prefix), None, national)


def _strip_trunk(digits: pa.StringArray, home: Region, has_code: pa.BooleanArray) -> pa.StringArray:
    """What follows the trunk prefix ("0") and is a national number, else null."""
    has_trunk = pc.and_not(pc.starts_with(digits, home.trunk), has_code)
    has_trunk = pc.and_not(has_trunk, _matches(digits, home.other_trunks))
    after_trunk = pc.utf8_slice_codeunits(pc.if_else(has_trunk, digits, None), len(home.trunk))
    return pc.if_else(_matches(_keyed(after_trunk), home.general), after_trunk, None)


def _e164(code: str, national: pa.StringArray) -> pa.StringArray:
    """E.164 of valid national numbers of a country code, "" of others, null where not certain."""
    known = national.is_valid()
    regions = [region(name) for name in COUNTRY_CODE_TO_REGION_CODE[int(code)]]
    keyed = _keyed(national.filter(known))
    valid = _fits(keyed, regions[0]) if len(regions) == 1 else _is_valid(keyed, regions)
    valid = _put(pa.nulls(len(national), pa.bool_()), known, valid)
    return pc.if_else(valid, _join(f"+{code}", national), "")


def _is_valid(keyed: pa.StringArray, regions: list[Region]) -> pa.BooleanArray:
    """Whether the first region that claims a number holds it valid; null where that costs too much.

    A region claims what begins with its leading digits, or without such all that is valid in it
    (libphonenumber, `region_code_for_number`).
    """
    first, *others = regions
    if first.leading_digits is None:
        valid = claimed = _fits(keyed, first)
    else:
        claimed = _matches(keyed, first.leading_digits)
        valid = _put(claimed, claimed, _fits(keyed.filter(claimed), first))
    unclaimed = pc.invert(claimed)
    left = unclaimed.true_count
    if not others or not left:
        return valid
    if left < _WORTH_A_PLAN:
        return _put(valid, unclaimed, pa.nulls(left, pa.bool_()))
    return _put(valid, unclaimed, _is_valid(keyed.filter(unclaimed), others))


def _fits(keyed: pa.StringArray, plan: Region) -> pa.BooleanArray:
    return pc.and_(_matches(keyed, plan.general), _matches(keyed, plan.types))


def _main_region(code: str) -> Region:
    return region(COUNTRY_CODE_TO_REGION_CODE[int(code)][0])


def _keyed(digits: pa.StringArray) -> pa.StringArray:
    return _join(pc.cast(pc.binary_length(digits), pa.string()), ":", digits)


def _join(*parts: pa.StringArray | str) -> pa.StringArray:
    return pc.binary_join_element_wise(*parts, "")


def _matches(values: pa.StringArray, pattern: str) -> pa.BooleanArray:
    if pattern == _NEVER:
        return pa.repeat(pa.scalar(False), len(values))
    return _true(pc.match_substring_regex(values, pattern))


def _true(mask: pa.BooleanArray) -> pa.BooleanArray:
    return mask.fill_null(False)


def _put(array: pa.Array, mask: pa.BooleanArray, replacements: pa.Array) -> pa.Array:
    return pc.replace_with_mask(array, mask, replacements)
