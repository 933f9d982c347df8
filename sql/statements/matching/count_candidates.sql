-- Contacts of an import whose keys are those of two leads. Read only.
SELECT count(*) AS candidates FROM merge_candidates WHERE import_id = %(import_id)s
