-- Jobs whose last run that came to an end failed within a week, by Dagster's own record. Imports and pulls have
-- their own measure, and what people materialize by hand they look at. A walk along the index of jobs, for there
-- are a hundred thousand runs and ten jobs. Read only.
WITH RECURSIVE jobs (job) AS (
    SELECT min(pipeline_name) FROM dagster.runs
    UNION ALL
    SELECT (SELECT min(r.pipeline_name) FROM dagster.runs AS r WHERE r.pipeline_name > j.job)
    FROM jobs AS j WHERE j.job IS NOT NULL)
SELECT j.job, last.run_id
FROM jobs AS j CROSS JOIN LATERAL (
    SELECT r.run_id, r.status, r.update_timestamp FROM dagster.runs AS r
    WHERE r.pipeline_name = j.job AND r.status IN ('SUCCESS', 'FAILURE')
    ORDER BY r.id DESC LIMIT 1) AS last
WHERE last.status = 'FAILURE' AND j.job <> 'import_leads' AND j.job !~ '^(__|pull_)'
  AND last.update_timestamp > %(now)s::timestamptz AT TIME ZONE 'UTC' - interval '7 days'
