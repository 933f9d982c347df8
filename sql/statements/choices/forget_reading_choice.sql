-- Leave it to be found out again. Safe to run again.
DELETE FROM reading_choices WHERE scope = %(scope)s AND name = %(name)s
