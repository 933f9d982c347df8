-- What leads are looked up by, beside their keys and their import: where they come from, where they are,
-- their tags, when they came to be, what people did, the words of their names. Does nothing where the
-- indexes are there.
-- Two have several columns, because each index costs an import: PostgreSQL 18 skips through the first
-- ones, which have few values. Nearly all leads are 'New', so nobody finds those by their status;
-- indexes of the few that are something cost nothing.
CREATE INDEX IF NOT EXISTS leads_master_origin
    ON leads_master (source_id, supplier, campaign_name, utm_source);
CREATE INDEX IF NOT EXISTS leads_master_place ON leads_master (state, postal_code);
CREATE INDEX IF NOT EXISTS leads_master_tags ON leads_master USING gin (tags);
CREATE INDEX IF NOT EXISTS leads_master_time
    ON leads_master USING brin (received_at) WITH (autosummarize = on);
CREATE INDEX IF NOT EXISTS leads_master_status ON leads_master (status) WHERE status <> 'New';
CREATE INDEX IF NOT EXISTS leads_master_words ON leads_master USING gin (name_words(full_name));
CREATE INDEX IF NOT EXISTS leads_master_assigned ON leads_master (assigned_to)
    WHERE assigned_to IS NOT NULL;
CREATE INDEX IF NOT EXISTS leads_master_suppressed ON leads_master (lead_id)
    WHERE suppressed_at IS NOT NULL
