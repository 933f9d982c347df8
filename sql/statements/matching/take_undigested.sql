-- An import or a version of a list is digested.
DELETE FROM undigested WHERE import_id = %(import_id)s OR version_id = %(version_id)s
