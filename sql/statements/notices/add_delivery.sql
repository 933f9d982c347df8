-- Something to be told to an address.
INSERT INTO notice_deliveries (target, what, severity, told, made_at, next_try_at)
VALUES (%(target)s, %(what)s, %(severity)s, %(told)s, %(now)s, %(now)s)
