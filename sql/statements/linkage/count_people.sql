-- How many leads there are, how many of them are new to the search, and how many pairs. Read only.
SELECT (SELECT count(*) FROM leads_master) AS leads, (SELECT count(*) FROM linkage_new) AS new,
       (SELECT count(*) FROM linkage_pairs) AS pairs, (SELECT max(lead_id) FROM linkage_new) AS last
