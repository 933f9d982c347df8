-- What do-not-call lists took from some contacts, and how old each list was then. Read only.
SELECT d.*, extract(day FROM d.checked_at - d.list_as_of)::int AS age_days
FROM dnc_suppressions AS d
JOIN unnest(%(imports)s::int[], %(rows)s::bigint[], %(contacts)s::smallint[])
    AS p (import_id, row_number, contact_number) USING (import_id, row_number, contact_number)
ORDER BY channel DESC, value, list_name
