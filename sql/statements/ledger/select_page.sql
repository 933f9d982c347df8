-- A page of imports, the newest first. Read only.
SELECT * FROM lead_sources
WHERE (import_id < %(before)s OR %(before)s::integer IS NULL)
  AND (status = %(status)s OR %(status)s::text IS NULL)
  AND (supplier = %(supplier)s OR %(supplier)s::text IS NULL)
ORDER BY import_id DESC LIMIT %(most)s
