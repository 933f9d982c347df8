-- Which supplier has a token, or what a supplier signs with. Read only.
SELECT supplier, secret, daily_cap FROM posting_tokens
WHERE revoked_at IS NULL AND (digest = %(digest)s OR supplier = %(supplier)s)
