-- What a new version changed, noted at its end; still invisible to others.
UPDATE dnc_versions
SET entries = entries + %(added)s - %(removed)s, added = %(added)s, removed = %(removed)s,
    rejected = %(rejected)s
WHERE version_id = %(version_id)s
