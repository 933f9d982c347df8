-- Be the only `up` of this database, under a name that tells who it is, as long as the session lasts.
SELECT set_config('application_name', %(name)s, false), set_config('idle_session_timeout', '0', false),
       pg_try_advisory_lock(%(lock_class)s, %(number)s) AS ours
