-- The terms with that number. Read only.
SELECT * FROM supplier_terms WHERE terms_id = %(terms_id)s
