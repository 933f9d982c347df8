-- What became of all versions of some objects; the newest last, after those that were undone. Read only.
SELECT import_id, object_key, version_tag, bytes, status, duplicate_of FROM lead_sources
WHERE object_key = ANY(%(keys)s)
ORDER BY (status = 'undone') DESC, import_id
