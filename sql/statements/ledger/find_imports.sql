-- Imports that a person may mean by what they typed: by number, else partition, else object, else the
-- name of the file, be it the object's or the one it was dropped under (without the hash). One that
-- was undone and whose file came again is meant by its number only. Read only.
WITH named AS (
    SELECT import_id, status, object_key, version_tag,
           CASE WHEN import_id::text = %(reference)s THEN 1
                WHEN partition_key = %(reference)s THEN 2
                WHEN object_key = %(reference)s THEN 3
                ELSE 4 END AS kind
    FROM lead_sources
    WHERE import_id::text = %(reference)s
       OR partition_key = %(reference)s
       OR object_key = %(reference)s
       OR original_filename = %(reference)s
       OR regexp_replace(object_key, '_' || hash || '(?=\.[^./]*$|$)', '') = %(reference)s
       OR regexp_replace(object_key, '^.*/', '') = %(reference)s),
meant AS (
    SELECT * FROM named
    WHERE kind = 1 OR status <> 'undone' OR NOT EXISTS (
        SELECT FROM lead_sources AS again
        WHERE again.object_key = named.object_key AND again.version_tag = named.version_tag
          AND again.import_id > named.import_id))
SELECT import_id FROM meant WHERE kind = (SELECT min(kind) FROM meant) ORDER BY import_id DESC
