"""Who asks to be left alone, in the words of the rules or in others; in doubt it counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.suppression.stop_words import agent_says_stop, says_stop

# 47 CFR 64.1200(a)(10)
OF_THE_RULES = ["stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe"]
AROUND = st.sampled_from(
    ["", " ", "!", "...", '"', "\n", " please ", " Thanks.", " now!!", "\u00a0"]
)


@given(st.sampled_from(OF_THE_RULES), AROUND, AROUND, st.booleans())
def test_a_word_of_the_rules_counts_whatever_stands_around_it(
    word: str, before: str, after: str, loud: bool
) -> None:
    assert says_stop(before + (word.upper() if loud else word) + after)


@pytest.mark.parametrize(
    "text",
    [
        "please stop calling", "Do not text me again", "dont call", "Don’t contact me",
        "take me off your list", "REMOVE ME", "opt-out", "Opt_Out", "StopAll", "ARRÊT" , "no más",
        "I do not want these calls", "leave me alone", "quit texting me", "cancel my subscription",
        "I said STOP", "never email me",
    ],
)  # fmt: skip
def test_so_do_other_words_that_mean_it(text: str) -> None:
    assert says_stop(text)


@pytest.mark.parametrize(
    "text",
    ["yes", "when does it end?", "I want to cancel my appointment", "who is this", "call me at 5",
     "not interested", "the weekend", "nonstop flights", ""],
)  # fmt: skip
def test_what_is_said_besides_does_not(text: str) -> None:
    assert not says_stop(text)


def test_an_agent_may_note_that_somebody_is_on_no_list() -> None:
    noted = ["DNC", "Do Not Call", "DNC - asked twice", "Not on DNC", "DNC: clean", "No Answer"]
    assert [agent_says_stop(one) for one in noted] == [True, True, True, False, False, False]
