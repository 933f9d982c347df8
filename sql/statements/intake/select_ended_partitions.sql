-- Which of these partitions had their last import end before a certain time. Read only.
SELECT partition_key FROM lead_sources
WHERE partition_key = ANY(%(keys)s)
GROUP BY partition_key
HAVING bool_and(status NOT IN ('waiting', 'loaded', 'normalized', 'held', 'archived')
                AND greatest(completed_at, undone_at) < %(before)s)
