-- Records into the inbox, each once. As long as one is not on its way, what only webhooks said gives way
-- to what comes later, and what a pull said to another pull where it had a problem. Safe to run again.
WITH given AS (
    SELECT DISTINCT ON (external_id) *
    FROM jsonb_to_recordset(%(records)s::jsonb) AS r (
        external_id text, occurred_at timestamptz, payload jsonb, lead jsonb, problem text, is_test boolean)
    ORDER BY external_id, problem IS NOT NULL),
kept AS (
    INSERT INTO connector_inbox AS i (
        source, external_id, part, profile, import_source, occurred_at, polled_at, pushed_at, payload,
        lead, problem, is_test, pull_id)
    SELECT %(source)s, external_id, %(part)s, %(profile)s, %(import_source)s, occurred_at,
           CASE WHEN %(polled)s THEN %(now)s::timestamptz END,
           CASE WHEN NOT %(polled)s THEN %(now)s::timestamptz END, payload, lead, problem, is_test,
           %(pull_id)s
    FROM given ORDER BY external_id
    ON CONFLICT (source, external_id) DO UPDATE
    SET polled_at = coalesce(i.polled_at, excluded.polled_at),
        pushed_at = coalesce(i.pushed_at, excluded.pushed_at),
        (part, import_source, occurred_at, payload, lead, problem, is_test) = (
            SELECT (n).part, (n).import_source, (n).occurred_at, (n).payload, (n).lead, (n).problem,
                   (n).is_test
            FROM (SELECT CASE WHEN i.delivery_id IS NULL AND (
                              i.polled_at IS NULL OR (%(polled)s AND i.problem IS NOT NULL))
                              THEN excluded ELSE i END AS n) AS one)
    RETURNING xmax = 0 AS is_new, problem IS NOT NULL AS has_problem, is_test)
SELECT count(*) FILTER (WHERE is_new AND NOT has_problem AND NOT is_test) AS new,
       count(*) FILTER (WHERE NOT is_new) + (SELECT jsonb_array_length(%(records)s::jsonb) - count(*) FROM given)
           AS known,
       count(*) FILTER (WHERE is_new AND has_problem) AS quarantined,
       count(*) FILTER (WHERE is_new AND is_test AND NOT has_problem) AS tests
FROM kept
