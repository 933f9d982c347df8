-- A token by which a supplier posts. Fails where it has one that still opens.
INSERT INTO posting_tokens (supplier, digest, secret, daily_cap)
VALUES (%(supplier)s, %(digest)s, %(secret)s, %(daily_cap)s)
