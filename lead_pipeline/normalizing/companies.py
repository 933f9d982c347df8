"""Telling the names of companies and other bodies from those of people.

Splitting the names of people is done in names.py.
"""

import pyarrow as pa
import pyarrow.compute as pc

# Words that no person is called by, anywhere in a name.
_FORMS = (
    r"l\.?l\.?c|l\.?l\.?p|p\.?l\.?l\.?c|l\.?p|inc|incorporated|corp|corporation|company|ltd|"
    r"limited|gmbh|plc|pty|s\.a|n\.a|dba|d/b/a|trusts?|trustees?|ttee|estate of|est of|heirs of|"
    r"foundation|association|assoc|assn|partnership|ministries|ministry|university|holdings?|"
    r"properties|investments?|investors|enterprises?|ventures|realty|rentals?|developments?|"
    r"developers|management|mgmt|construction|contractors|builders|homes|services|solutions|"
    r"systems|consulting|consultants|associates|bancorp|mortgage|insurance|restaurant|apartments|"
    r"condominiums?|condo|hoa|homeowners|authority|department|dept|district|federal|national|"
    r"veterans affairs|habitat for humanity|housing|revocable|irrevocable|"
    r"plumbing|roofing|heating|cooling|hvac|electrical|landscaping|lawn care|painting|paving|"
    r"fencing|masonry|drywall|flooring|remodeling|cleaning|towing|automotive|"
    r"auto (?:body|repair|sales|parts|glass)|body shop|tire shop|barber shop|dental|pharmacy|"
    r"bakery|pizzeria|boutique|cosmetics|salon|(?:&|and) (?:sons?|daughters?|bros|brothers|co)"
)
# Surnames too (Church, Banks, Co): they tell a body from a person only in company, as in
# "Bank of ...", "The ... Group", or at the end of three words or more.
_NOUNS = (
    r"bank|church|school|college|city|county|state|town|village|township|group|club|temple|"
    r"chapel|hospital|clinic|society|fund|capital|partners|farms?|ranch|motors|sons|board|office|"
    r"bros|brothers|co|tr|shop|store|market|garage|diner|grill|cafe"
)
_COMPANY = (
    rf"(?i)(?:^|[\s,(&/-])(?:{_FORMS})(?:[\s,.)/-]|$)"
    rf"|(?:^|\s)(?:{_NOUNS}) (?:of|for) "
    rf"|^the .*\b(?:{_NOUNS})$|\S\s+\S+\s+(?:{_NOUNS})\.?$"
)


def is_company(names: pa.StringArray) -> pa.BooleanArray:
    """Whether a name is that of a company, trust, estate, bank, church or public body."""
    return pc.match_substring_regex(names, _COMPANY)
