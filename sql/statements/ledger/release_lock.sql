-- Give an import back at the end of a step.
SELECT pg_advisory_unlock(%(lock_class)s, %(import_id)s)
