"""Everything that is known of one person: each sighting, what became of it, and by which rule.

find.py looks up what was typed, text_pattern.py says how it may stand in raw text, and person.py
puts the story together. Nothing is written anywhere.
"""

from lead_pipeline.explain.person import explain, explain_lead
from lead_pipeline.imports.raw_rows import raw_row

__all__ = ["explain", "explain_lead", "raw_row"]
