"""Everything that is known of one person: each sighting, what became of it, and by which rule.

asking.py reads what was typed, finding.py looks it up, raw_rows.py reads the files again, and
telling.py puts the story together. Nothing is written anywhere.
"""

from lead_pipeline.explaining.telling import explain

__all__ = ["explain"]
