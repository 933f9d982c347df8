-- Every do-not-call list with its current version, or the one of a name. Read only.
SELECT * FROM dnc_current
WHERE %(name)s::text IS NULL OR lower(name) = lower(%(name)s)
ORDER BY name
