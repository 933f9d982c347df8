-- What a page brought, in the transaction that keeps it.
UPDATE connector_pulls
SET read = read + %(read)s, new = new + %(new)s, known = known + %(known)s,
    quarantined = quarantined + %(quarantined)s, tests = tests + %(tests)s
WHERE pull_id = %(pull_id)s
