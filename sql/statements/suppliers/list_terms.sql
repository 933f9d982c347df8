-- All terms of a supplier, the latest first: which of them hold today, and what came under them. Read only.
SELECT t.*, t.terms_id = (SELECT n.terms_id FROM terms_on(t.supplier, here(now())) AS n) AS holds,
       (SELECT count(*) FROM lead_sources AS s WHERE s.terms_id = t.terms_id) AS imports
FROM supplier_terms AS t
WHERE t.supplier = %(supplier)s
ORDER BY t.valid_from DESC, t.terms_id DESC
