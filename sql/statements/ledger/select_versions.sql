-- The known versions of objects, in the terms of a listing. Read only.
SELECT object_key AS key, version_tag AS tag, bytes AS size, modified_at AS modified
FROM lead_sources
WHERE object_key = ANY(%(keys)s)
