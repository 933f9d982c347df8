-- A list that is not there yet. Safe to run again: one that is there stays as it is.
INSERT INTO dnc_lists (name, kind, campaign) VALUES (%(name)s, %(kind)s, %(campaign)s)
ON CONFLICT DO NOTHING
