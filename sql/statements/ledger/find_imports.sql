-- Imports that a person may mean by what they typed: number, partition, object or file name.
SELECT * FROM lead_sources
WHERE import_id::text = %(reference)s
   OR partition_key = %(reference)s
   OR object_key = %(reference)s
   OR original_filename = %(reference)s
ORDER BY (import_id::text = %(reference)s) DESC, import_id DESC
LIMIT %(most)s
