-- What an earlier check of this import found makes room for the next one. Safe to run again.
DELETE FROM dnc_suppressions WHERE import_id = %(import_id)s
