-- Whether these bytes are part of a list already: loaded in the same way since its last full load,
-- or as that one. Read only.
SELECT version FROM dnc_versions AS v
WHERE list_id = %(list_id)s AND sha256 = %(sha256)s AND mode = %(mode)s
  AND version >= (SELECT max(version) FROM dnc_versions
                  WHERE list_id = v.list_id AND mode = 'full')
ORDER BY version DESC LIMIT 1
