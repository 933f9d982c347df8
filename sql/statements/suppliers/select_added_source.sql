-- The source that people added under a name, the first one if there are several. Read only.
SELECT display_name AS source, source_type, source_id FROM source_names
WHERE display_name = %(name)s AND added_by_hand
ORDER BY source_id LIMIT 1
