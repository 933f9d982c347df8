-- The token lets nobody in any more. Safe to run again.
UPDATE access_tokens SET revoked_at = now() WHERE name = %(name)s AND revoked_at IS NULL
