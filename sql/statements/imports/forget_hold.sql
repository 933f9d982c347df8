-- Nobody wants to look at the import of this object before it counts any more. Safe to run again.
UPDATE drop_requests SET hold = false WHERE object_key = %(object_key)s
