-- Every lead has these attributes by now. Safe to run again.
UPDATE account SET lead_columns = %(columns)s
