-- Note what the bytes were. A unique index refuses it if another import has the same content.
UPDATE lead_sources SET sha256 = %(sha256)s, bytes = %(bytes)s
WHERE import_id = %(import_id)s
