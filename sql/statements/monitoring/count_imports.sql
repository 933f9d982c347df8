-- Imports by supplier and state, with what their rows and contacts came to; sums of integers are several times
-- as fast as those of bigints, and no import has two billion rows. Read only.
SELECT supplier, status, count(*) AS imports,
       sum(rows_contacts::integer) AS rows_contacts, sum(rows_rejected::integer) AS rows_rejected,
       sum(rows_blank::integer) AS rows_blank, sum(contacts_new::integer) AS contacts_new,
       sum(contacts_same_source::integer) AS contacts_same_source,
       sum(contacts_cross_source::integer) AS contacts_cross_source,
       sum(contacts_in_file::integer) AS contacts_in_file,
       sum(contacts_updated::integer) AS contacts_updated,
       sum(contacts_suppressed::integer) AS contacts_suppressed,
       sum(contacts_invalid::integer) AS contacts_invalid
FROM lead_sources
GROUP BY 1, 2
