-- A stand-in for an import, in a transaction that is taken back.
INSERT INTO lead_sources (
    import_id, partition_key, object_key, version_tag, bytes, modified_at, original_filename, hash,
    supplier, source_id, force_refresh)
OVERRIDING SYSTEM VALUE
VALUES (nextval('rehearsals'), %(name)s, %(name)s, %(name)s, 0, %(at)s, %(name)s, %(name)s,
        %(supplier)s, %(source_id)s, %(force_refresh)s)
RETURNING *
