-- The next version of a list that this transaction holds; nobody sees it before the commit.
INSERT INTO dnc_versions (list_id, version, mode, file_name, sha256, reason, as_of, entries)
SELECT %(list_id)s, coalesce(max(version), 0) + 1, %(mode)s, %(file_name)s, %(sha256)s, %(reason)s,
       coalesce(%(as_of)s, now()), coalesce(max(entries) FILTER (WHERE version = newest), 0)
FROM (SELECT *, max(version) OVER () AS newest FROM dnc_versions WHERE list_id = %(list_id)s) AS v
RETURNING version_id
