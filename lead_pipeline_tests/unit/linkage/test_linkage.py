"""Who is likely one person: what slips of the pen leave alike, and who only looks alike."""

import sys

import numpy as np
import pytest

from lead_pipeline.errors import OperatorError
from lead_pipeline.linkage.compare import require_extra
from lead_pipeline.linkage.comparisons import COMPARISONS
from lead_pipeline.linkage.mixture import Weighed, probabilities
from lead_pipeline_tests.unit.linkage.people import ANN, Person, judged, town

MISTYPED = {
    "a letter in the last name": {"last_name": "birchwodo"},
    "names in each other's place": {"first_name": "birchwood", "last_name": "annika"},
    "day and month in each other's place": {"born": "19711203"},
    "a digit in the date of birth": {"born": "19710812"},
    "the house number": {"house": "21"},
    "another phone": {"phone": "3035550188"},
    "moved": {"house": "900", "street": "lake rd", "postal_code": "80202", "city": "denver"},
    "no date of birth": {"born": None},
    "no home": {"house": None, "street": None, "postal_code": None, "city": None},
    "a mail at another provider": {"mail": "annika.birchwood@example.org"},
}  # fmt: skip
OTHERS = {
    "husband": {"first_name": "torsten", "born": "19690401", "mail": None, "mailbox": None},
    "daughter": {"first_name": "mirjam", "born": "20020917", "mail": None, "mailbox": None},
    "neighbour": {"first_name": "quentin", "last_name": "oakes", "born": "19550505",
                  "phone": "5125550107", "mail": None, "mailbox": None},
    "one of that name elsewhere": {
        "born": "19900101", "house": "7", "street": "fifth st", "postal_code": "02101",
        "city": "boston", "phone": "6175550111", "mail": None, "mailbox": None},
}  # fmt: skip


@pytest.fixture(scope="module")
def strangers() -> list[Person]:
    return town()


@pytest.mark.parametrize("slip", MISTYPED)
def test_one_slip_leaves_a_person_likely_the_same(strangers: list[Person], slip: str) -> None:
    found = judged([ANN, ANN | {"phone": "2025550119"} | MISTYPED[slip], *strangers])
    assert found[0, 1][0] > 0.9
    assert max(chance for pair, (chance, _) in found.items() if pair != (0, 1)) < 0.5


@pytest.mark.parametrize("who", OTHERS)
def test_who_shares_a_home_or_a_name_is_not_therefore_the_same(
    strangers: list[Person], who: str
) -> None:
    found = judged([ANN, ANN | OTHERS[who], *strangers])
    assert found[0, 1][0] < 0.5


def test_a_twin_or_a_forename_never_used_is_a_question_for_people(strangers: list[Person]) -> None:
    found = judged([ANN, ANN | {"first_name": "gudrun", "mail": None, "mailbox": None}, *strangers])
    assert 0.2 < found[0, 1][0] < 0.8


def test_the_sentence_says_what_agrees_how_rare_it_is_and_what_differs(
    strangers: list[Person],
) -> None:
    again = ANN | {
        "born": "19710213",
        "phone": "3035550188",
        "house": "21",
        "mail": None,
        "mailbox": None,
    }
    chance, said = judged([ANN, again, *strangers])[0, 1]
    assert chance > 0.5
    assert said == (
        "The same first name, the same last name, dates of birth that are two slips apart, nearly "
        "the same street and house number and the same postal code; phones differ."
    )


def weighed(**levels: list[int]) -> Weighed:
    """Pairs with these levels in some comparisons, each level with a plausible weight."""
    count = len(next(iter(levels.values())))
    level, weight = {}, {}
    for comparison in COMPARISONS:
        at = np.array(levels.get(comparison.name, [-1] * count), np.int8)
        rest = len(comparison.levels)
        level[comparison.name] = at
        weight[comparison.name] = np.where(at < 0, 0.0, np.where(at == rest, -4.0, 10.0 - at))
    return Weighed(level, weight)


def test_no_pairs_have_no_chances() -> None:
    assert len(probabilities(weighed(born=[]), 10, 10)) == 0


def test_what_agrees_more_is_likelier_and_chances_are_chances() -> None:
    chances = probabilities(
        weighed(first_name=[0, 0, 4], last_name=[0, 0, 4], born=[0, 3, 3]), 1_000, 1_000
    )
    assert chances[0] > chances[1] > chances[2]
    assert ((chances >= 0) & (chances <= 1)).all()


def test_many_namesakes_make_a_name_tell_less() -> None:
    few = probabilities(weighed(first_name=[0], last_name=[0]), 1_000, 1_000)
    names = [0] * 500
    many = probabilities(weighed(first_name=names, last_name=names), 1_000, 1_000)
    assert many[0] < 0.5
    assert few[0] < 0.5


def test_without_the_extra_it_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "splink", None)
    with pytest.raises(OperatorError, match=r"pip install 'lead-pipeline\[linkage\]'"):
        require_extra()
