"""Words that the headers of lead lists are made of: evidence, in a few languages.

Which field a header feeds is mapping's part; here it only has to be told from data.
"""

import re
from functools import lru_cache

_WORDS = frozenset(
    """
    ad address adresse apellido area birthday buyer campaign category cell cellphone city
    ciudad comment comments company correo country county created date dob direccion disposition
    email e-mail estado fax first firstname form full fullname gender id index interest ip key
    keyword label last lastname lead lender link list loan location mail mailing medium middle
    mobile mobilephone name nachname nom nombre note notes number occupation opt order ort owner
    phone phonenumber plz postal postcode prefix prenom price product property province quality
    quantity qty question reference region score seller source state status stage street strasse
    subject suffix surname tag tags tel telefon telefono telephone time timestamp title town type
    unit updated url user utm value vendor ville vorname website zip zipcode
    """.split()  # noqa: SIM905 - a list of words reads better as text
)
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-zà-ÿ-]+")


@lru_cache(maxsize=5_000)
def is_header_word(cell: str) -> bool:
    """Whether a cell reads like a header: short, not begun by a digit, with a known word."""
    if len(cell) > 60 or "@" in cell or cell[:1].isdigit():
        return False
    return any(part.lower() in _WORDS for part in _PARTS.findall(cell.replace("_", " ")))
