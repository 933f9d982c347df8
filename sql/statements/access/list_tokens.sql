-- Every token by name, the revoked ones too; what it is nobody knows. Read only.
SELECT name, role, created_at, last_used_at, revoked_at FROM access_tokens
ORDER BY name, created_at
