-- Whether the import of an object is to wait for a person, as was said when it was dropped. Read only.
SELECT hold FROM drop_requests WHERE object_key = %(object_key)s
