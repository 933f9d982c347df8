-- Pairs of leads that may be one person because of contacts of an import. Read only.
SELECT count(*) AS candidates FROM merge_candidates WHERE import_id = %(import_id)s
