"""Everything that is known of one person: each sighting, what became of it, and by which rule.

question.py reads what was typed, find.py looks it up, raw_rows.py reads the files again, and
person.py puts the story together. Nothing is written anywhere.
"""

from lead_pipeline.explain.person import explain
from lead_pipeline.explain.raw_rows import raw_row

__all__ = ["explain", "raw_row"]
