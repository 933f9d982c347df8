-- The numbers of all sources, or of those of a name. Read only.
SELECT source_id FROM source_names
WHERE %(source)s::text IS NULL OR display_name = %(source)s
ORDER BY source_id
