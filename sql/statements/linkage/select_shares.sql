-- How frequent (0 to 1) the values of a column are among all leads that have one. Read only.
SELECT {column}, count(*)::double precision / sum(count(*)) OVER ()
FROM linkage_people WHERE {column} IS NOT NULL GROUP BY {column}
