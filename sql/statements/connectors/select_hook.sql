-- When a webhook was called last, and how that ended. Read only.
SELECT max(last_delivered_at) AS last_delivered_at, max(last_refused_at) AS last_refused_at,
       max(last_challenged_at) AS last_challenged_at
FROM connector_hooks WHERE source = %(source)s
