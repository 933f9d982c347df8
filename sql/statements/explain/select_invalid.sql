-- Contacts that cannot be called, by their place, as they stood. Read only.
SELECT i.* FROM invalid_contacts AS i
JOIN unnest(%(imports)s::int[], %(rows)s::bigint[], %(contacts)s::smallint[])
    AS p (import_id, row_number, contact_number) USING (import_id, row_number, contact_number)
