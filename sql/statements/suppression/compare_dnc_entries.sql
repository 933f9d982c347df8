-- How many numbers a full load adds to those that the list has, and how many it drops. Read only.
SELECT fresh - kept AS added, former - kept AS removed
FROM (SELECT count(*) AS fresh FROM {fresh}) AS f
CROSS JOIN (SELECT count(*) AS former FROM {entries}) AS o
CROSS JOIN (SELECT count(*) AS kept FROM {fresh} JOIN {entries} USING (number)) AS k
