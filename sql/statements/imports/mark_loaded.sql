-- Staging holds the raw rows. Safe to run again: a reload replaces what was known.
UPDATE lead_sources
SET status = 'loaded', loaded_at = now(), normalized_at = NULL, completed_at = NULL,
    error_code = NULL, error = NULL,
    profile = %(profile)s, source = %(source)s, source_type = %(source_type)s,
    source_id = %(source_id)s,
    import_source = coalesce((SELECT q.import_source FROM drop_requests AS q
                              WHERE q.object_key = lead_sources.object_key), %(import_source)s),
    layout = %(layout)s, columns = %(columns)s, region = %(region)s,
    header_signature = %(header_signature)s, drift = %(drift)s,
    decisive_drift = %(decisive_drift)s, held_at = NULL, held_for = NULL,
    rows_read = %(rows_read)s, rows_blank = %(rows_blank)s, rows_rejected = %(rows_rejected)s,
    rows_contacts = NULL, contacts_found = NULL, contacts_callable = NULL,
    contacts_invalid = NULL, contact_columns = NULL
WHERE import_id = %(import_id)s
