-- Apply a change list's numbers; the last line on a number counts. Safe to run again.
WITH last AS (
    SELECT DISTINCT ON (number) number, removed FROM dnc_loaded WHERE number IS NOT NULL
    ORDER BY number, line DESC),
gone AS (
    DELETE FROM {entries} AS e USING last WHERE last.removed AND e.number = last.number
    RETURNING e.number),
come AS (
    INSERT INTO {entries} (number, list_id, version_id)
    SELECT number, {list_id}, {version_id} FROM last WHERE NOT removed
    ON CONFLICT DO NOTHING RETURNING number)
SELECT (SELECT count(*) FROM come) AS added, (SELECT count(*) FROM gone) AS removed
