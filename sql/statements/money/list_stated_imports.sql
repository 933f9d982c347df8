-- The imports of a supplier that events between two numbers are about, and what they sum up to. Read only.
SELECT s.import_id, coalesce(sum(c.amount), 0) AS total
FROM lead_sources AS s
LEFT JOIN charges AS c
  ON c.import_id = s.import_id AND c.event_id > %(after_event)s AND c.event_id <= %(last_event)s
WHERE s.supplier = %(supplier)s AND s.is_charged
GROUP BY s.import_id
HAVING count(c.event_id) > 0 OR EXISTS (
    SELECT FROM charge_events AS e
    WHERE e.import_id = s.import_id AND e.event_id > %(after_event)s AND e.event_id <= %(last_event)s)
ORDER BY s.import_id
