-- A search came to its end: the next looks at what changed since it began.
INSERT INTO linkage_searches (started_at, leads, pairs, found)
VALUES (%(started_at)s, %(leads)s, %(pairs)s, %(found)s)
