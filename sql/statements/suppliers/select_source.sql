-- One source by its two names. Read only.
SELECT source_id FROM source_names
WHERE display_name = %(display_name)s AND source_type = %(source_type)s
