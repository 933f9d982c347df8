-- The terms of a supplier under which a file of that day comes; without a day, of today. Read only.
SELECT t.*
FROM terms_on(%(supplier)s, coalesce(%(day)s::date, here(now()))) AS t
