-- Free the name of an archive table for the same file, should it be imported again.
ALTER TABLE {archived} RENAME TO {renamed}
