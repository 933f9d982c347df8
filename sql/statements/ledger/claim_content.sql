-- Note what the bytes were; an import that had failed is open again. A unique index refuses it if
-- another import has the same content.
UPDATE lead_sources SET sha256 = %(sha256)s, bytes = %(bytes)s,
    status = CASE WHEN status IN ('failed', 'rejected') THEN 'waiting' ELSE status END
WHERE import_id = %(import_id)s
