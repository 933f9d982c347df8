"""Splitting the name of one person, capitals mended on the way.

The rules are those of the library nameparser. It costs 0.1 ms a name, so plain names are split here
in columns, to the same result. Which text is the name of one person is decided in names.py.
"""

import re
from dataclasses import replace
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc
from nameparser import Lexicon, Parser

from lead_pipeline.normalizing.capitals import in_one_case, titled
from lead_pipeline.normalizing.name_words import courtesy, further_suffixes, further_titles

Parts = dict[str, pa.StringArray]
PARTS = ("prefix", "first", "middle", "last", "suffix")

# A plain word: a capital and small letters of Latin-1, as Jane, McDonald, O'Brien, Smith-Jones.
_PIECE = r"(?:[A-Z]'|[A-Z][a-z]{1,3})?[A-ZÀ-ÖØ-Þ][a-zà-öø-ý]+"
_WORD = rf"{_PIECE}(?:-{_PIECE})?"
_MIDDLE = rf"(?:{_WORD}|[A-Z]\.?)"
_FIRST_LAST = r"^(?P<first>[A-Z][a-z]+) (?P<last>[A-Z][a-z]+)$"  # most are, and it is quick
_IN_ORDER = (
    rf"^(?:(?P<prefix>(?:Dr|Mr|Mrs|Ms)\.?) )?(?P<first>{_WORD}|[A-Z]\.?) "
    rf"(?:(?P<middle>{_MIDDLE}) )?(?:(?P<second>{_MIDDLE}) )?(?P<last>{_WORD})$"
)
_LAST_FIRST = rf"^(?P<last>{_WORD}), (?P<first>{_WORD})(?: (?P<middle>{_MIDDLE}))?$"
_ALONE = rf"^(?P<first>{_WORD})$"
_GENERATION = r"^(?P<name>.+ .*\pL),? (?P<generation>(?i:jr|sr|ii|iii|iv|2nd|3rd|4th))\.?$"
_MC = re.compile(r"\bMc\w{2}")
_GENERATIONS = {"jr": "Jr", "sr": "Sr", "ii": "II", "iii": "III", "iv": "IV"} | {
    ordinal: ordinal for ordinal in ("2nd", "3rd", "4th")
}

# Surnames frequent in the US Census that the rule for MacDonald would spell MacHado.
_NO_MAC = "Macaluso Macari Macedo Maceda Machado Machen Machin Machuca Macias Maciel Mackey Macri"
# Particles that the library makes small, though in these names they are written large.
_SAINTS = "San Santa Santo Saint Sainte St Ste"


def split_names(names: pa.StringArray) -> Parts:
    """The `PARTS` of each name, null where a name has none; all null: could not be split."""
    distinct = names.dictionary_encode()
    parts = split_plain_names(distinct.dictionary)
    hard = pc.is_null(parts["first"])
    by_library = split_by_library(distinct.dictionary.filter(hard))
    return {
        part: pc.replace_with_mask(parts[part], hard, by_library[part]).take(distinct.indices)
        for part in PARTS
    }


def split_by_library(names: pa.StringArray) -> Parts:
    """The parts as nameparser sees them, one name at a time."""
    split = [_parsed(name) for name in names.to_pylist()]
    columns = zip(*split, strict=True) if split else [()] * len(PARTS)
    return {
        part: pa.array([value or None for value in column], pa.string())
        for part, column in zip(PARTS, columns, strict=True)
    }


def split_plain_names(names: pa.StringArray) -> Parts:
    """The parts of `Jane Doe`, `JANE Q. DOE JR`, `Doe, Jane`; null where a name is not plain."""
    found = pc.extract_regex(names, _GENERATION)
    generation = pc.utf8_lower(pc.struct_field(found, "generation"))
    name = pc.coalesce(pc.struct_field(found, "name"), names)
    found = _matched(_in_mixed_case(name))
    plain = pc.and_(pc.is_valid(found["first"]), _outside(found["first"], _openers()))
    for part in ("middle", "second", "last"):
        plain = pc.and_(plain, _outside(found[part], _enders()))
    middle = pc.coalesce(
        pc.binary_join_element_wise(found["middle"], found["second"], " "), found["middle"]
    )
    parts = found | {"middle": middle, "suffix": _look_up(generation, _GENERATIONS)}
    return {part: pc.if_else(plain, parts[part], None) for part in PARTS}


def _in_mixed_case(names: pa.StringArray) -> pa.StringArray:
    """Names in one case with capitals; null where it takes the library to say which (`MACHADO`)."""
    flat = in_one_case(names)
    hard = pc.match_substring_regex(names, r"(?i)\bmac\pL")
    irish = pc.and_not(pc.match_substring_regex(names, r"(?i)\bmc\pL"), hard)
    mixed = pc.if_else(flat, pc.if_else(hard, None, titled(names)), names)
    where = pc.fill_null(pc.and_(flat, irish), False)
    capitals = [_MC.sub(_mac_capital, name) for name in mixed.filter(where).to_pylist()]
    return pc.replace_with_mask(mixed, where, pa.array(capitals, pa.string()))


def _mac_capital(start: re.Match[str]) -> str:
    return start[0][:2] + start[0][2:].capitalize()


def _matched(names: pa.StringArray) -> Parts:
    """The parts of the first plain shape that fits, null where there is none."""
    found: Parts = {part: pa.nulls(len(names), pa.string()) for part in (*PARTS, "second")}
    for shape in (_FIRST_LAST, _IN_ORDER, _LAST_FIRST, _ALONE):
        names = pc.if_else(pc.is_valid(found["first"]), None, names)
        match = pc.extract_regex(names, shape)
        for field in match.type:
            found[field.name] = pc.coalesce(
                found[field.name], _nothing_to_null(pc.struct_field(match, field.name))
            )
    return found


def _outside(words: pa.StringArray, vocabulary: pa.StringArray) -> pa.BooleanArray:
    """Whether each word and each part of `Jane-Ann` is none of the vocabulary; no word is none."""
    words = pc.utf8_rtrim(pc.utf8_lower(words), ".")
    inside = pc.is_in(words, vocabulary)
    for other_part in ("-.*", ".*-"):
        part = pc.replace_substring_regex(words, other_part, "")
        inside = pc.or_(inside, pc.is_in(part, vocabulary))
    return pc.invert(inside)


def _nothing_to_null(values: pa.StringArray) -> pa.StringArray:
    return pc.if_else(pc.equal(values, ""), None, values)


def _look_up(keys: pa.StringArray, table: dict[str, str]) -> pa.StringArray:
    return pa.array(list(table.values())).take(pc.index_in(keys, pa.array(list(table))))


@cache
def _parser() -> Parser:
    lexicon = Lexicon.default()
    exceptions = dict(lexicon.capitalization_exceptions)
    exceptions |= {name.lower(): name for name in f"{_NO_MAC} {_SAINTS}".split()}
    known = replace(
        lexicon,
        capitalization_exceptions=tuple(exceptions.items()),
        titles=lexicon.titles | further_titles(),
        suffix_words=lexicon.suffix_words | further_suffixes(),
    )
    return Parser(lexicon=known)


@cache
def _openers() -> pa.StringArray:
    """Words that the library does not read as a plain first name wherever they stand first."""
    lexicon = _parser().lexicon
    titles = lexicon.titles | lexicon.given_name_titles | lexicon.after_given_titles
    return pa.array(sorted(titles | set(_enders().to_pylist())))


@cache
def _enders() -> pa.StringArray:
    """Words with a meaning of their own after the first: particles, suffixes and the like."""
    lexicon = _parser().lexicon
    words = (
        lexicon.suffix_acronyms | lexicon.suffix_words | lexicon.suffix_acronyms_ambiguous
        | lexicon.particles | lexicon.conjunctions | lexicon.bound_given_names
        | lexicon.maiden_markers | lexicon.after_given_titles
    )  # fmt: skip
    # A marker of two words ("z domu") needs its long one: a "z" alone is an initial.
    phrases = {word for phrase in words for word in phrase.split()[1:]}
    return pa.array(sorted(words | phrases))


def _parsed(name: str | None) -> tuple[str, ...]:
    if name is None:
        return ("",) * len(PARTS)
    parsed = _parser().parse(name)
    people = parsed.given + parsed.middle + parsed.family
    shouted = people.isupper() and len(people) > 2  # as in "Dr. JANE DOE"
    parsed = parsed.capitalized(_parser().lexicon, force=shouted)
    generation = _GENERATIONS.get(parsed.suffix.strip(".").lower())
    title, given, family = _whole_name(parsed.title, parsed.given, parsed.middle, parsed.family)
    return (title, given, parsed.middle, family, generation or parsed.suffix)


def _whole_name(title: str, given: str, middle: str, family: str) -> tuple[str, str, str]:
    """Title, first and last name, where a title before a single word may be a first name: of `King
    Example` somebody is called so, of `Mr. Example` nobody."""
    *titles, last = title.split() or [""]
    alone = given or family
    single = alone and " " not in alone and not middle and not (given and family)
    if not single or not last or last.strip(".").lower() in courtesy():
        return title, given, family
    return " ".join(titles), last, alone
