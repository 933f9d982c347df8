-- Where the next statement of a supplier begins and ends, what it would sum up to, and what was issued
-- last. Read only.
WITH last AS (
    SELECT number, month, last_event FROM statements
    WHERE supplier = %(supplier)s ORDER BY number DESC LIMIT 1),
cut AS (
    SELECT coalesce((SELECT last_event FROM last), 0) AS after_event,
           coalesce((SELECT max(event_id) FROM charge_events
                     WHERE here(happened_at) < %(month)s::date + interval '1 month'), 0) AS last_event)
SELECT u.currency, cut.after_event, greatest(cut.last_event, cut.after_event) AS last_event,
       (SELECT month FROM last) AS last_month, coalesce((SELECT number FROM last), 0) AS last_number,
       %(month)s::date + interval '1 month' > here(%(now)s) AS is_running
FROM suppliers AS u CROSS JOIN cut
WHERE u.supplier = %(supplier)s
