-- The import of one file version. Read only.
SELECT * FROM lead_sources WHERE object_key = %(object_key)s AND version_tag = %(version_tag)s
ORDER BY (status = 'undone'), import_id DESC
