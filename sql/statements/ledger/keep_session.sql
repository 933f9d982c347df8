-- Settings of the session that owns an import for a run: it lasts however long a step takes, ends
-- soon after its machine is cut off, and does not wait for long. Safe to run again.
SELECT set_config('idle_session_timeout', '0', false), set_config('lock_timeout', %(patience)s, false),
       set_config('tcp_keepalives_idle', '10', false),
       set_config('tcp_keepalives_interval', '5', false),
       set_config('tcp_keepalives_count', '3', false)
