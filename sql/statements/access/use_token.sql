-- Whose token it is, noted as used now: once a minute is enough, for pages ask often.
WITH used AS (
    UPDATE access_tokens SET last_used_at = now()
    WHERE digest = %(digest)s AND revoked_at IS NULL
      AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute'))
SELECT name, role FROM access_tokens WHERE digest = %(digest)s AND revoked_at IS NULL
