-- Apply a list's addresses; the last line on an address counts. A full list also drops those that
-- it does not have. Safe to run again.
WITH last AS (
    SELECT DISTINCT ON (email_key) email_key, removed FROM dnc_loaded WHERE email_key IS NOT NULL
    ORDER BY email_key, line DESC),
gone AS (
    DELETE FROM dnc_emails AS e
    WHERE e.list_id = %(list_id)s
      AND CASE WHEN %(mode)s = 'full'
          THEN NOT EXISTS (SELECT FROM last WHERE last.email_key = e.email_key)
          ELSE EXISTS (SELECT FROM last WHERE last.email_key = e.email_key AND last.removed) END
    RETURNING e.email_key),
come AS (
    INSERT INTO dnc_emails (list_id, email_key, version_id)
    SELECT %(list_id)s, email_key, %(version_id)s FROM last WHERE NOT removed
    ON CONFLICT DO NOTHING RETURNING email_key)
SELECT (SELECT count(*) FROM come) AS added, (SELECT count(*) FROM gone) AS removed
