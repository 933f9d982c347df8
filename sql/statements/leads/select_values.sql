-- What leads can be filtered by: names of sources and suppliers, and the statuses and people that were
-- set. The latter step through their indexes from value to value, however many leads have each. Read only.
WITH RECURSIVE statuses AS (
    (SELECT status FROM leads_master WHERE status <> 'New' ORDER BY status LIMIT 1)
    UNION ALL
    SELECT (SELECT l.status FROM leads_master AS l
            WHERE l.status <> 'New' AND l.status > s.status ORDER BY l.status LIMIT 1)
    FROM statuses AS s WHERE s.status IS NOT NULL),
people AS (
    (SELECT assigned_to FROM leads_master WHERE assigned_to IS NOT NULL ORDER BY assigned_to LIMIT 1)
    UNION ALL
    SELECT (SELECT l.assigned_to FROM leads_master AS l
            WHERE l.assigned_to > p.assigned_to ORDER BY l.assigned_to LIMIT 1)
    FROM people AS p WHERE p.assigned_to IS NOT NULL)
SELECT ARRAY(SELECT DISTINCT display_name FROM source_names ORDER BY 1) AS sources,
       ARRAY(SELECT supplier FROM suppliers ORDER BY 1) AS suppliers,
       ARRAY['New'] || ARRAY(SELECT status FROM statuses WHERE status IS NOT NULL LIMIT 100) AS statuses,
       ARRAY(SELECT assigned_to FROM people WHERE assigned_to IS NOT NULL LIMIT 500) AS people
