-- Of the last imports, those that were completed within the last hour: seconds from the arrival of a file to
-- its start and to its end; and how long the oldest one that is open has waited. Read only.
SELECT percentile_cont(%(shares)s::float[]) WITHIN GROUP (ORDER BY started) AS to_start,
       percentile_cont(%(shares)s::float[]) WITHIN GROUP (ORDER BY completed) AS to_end,
       (SELECT coalesce(extract(epoch FROM now() - min(seen_at)), 0)::float FROM lead_sources
        WHERE status IN ('waiting', 'loaded', 'normalized', 'archived')) AS oldest_open
FROM (SELECT extract(epoch FROM started_at - seen_at)::float AS started,
             extract(epoch FROM completed_at - seen_at)::float AS completed
      FROM lead_sources
      WHERE status = 'completed' AND completed_at > now() - interval '1 hour'
        AND import_id > (SELECT max(import_id) - %(last)s FROM lead_sources)) AS lately
