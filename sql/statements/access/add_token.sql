-- A token of a new name; nothing where one of that name lets somebody in already.
INSERT INTO access_tokens (name, role, digest) VALUES (%(name)s, %(role)s, %(digest)s)
ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING
