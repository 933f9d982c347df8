-- The currency of a supplier of which imports were charged, where it is another one. Read only.
SELECT currency FROM suppliers AS u
WHERE supplier = %(supplier)s AND currency <> %(currency)s AND EXISTS (
    SELECT FROM lead_sources AS s WHERE s.supplier = u.supplier AND s.is_charged)
