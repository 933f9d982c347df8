-- A supplier posts nothing any more. Safe to run again.
UPDATE posting_tokens SET revoked_at = now() WHERE supplier = %(supplier)s AND revoked_at IS NULL
