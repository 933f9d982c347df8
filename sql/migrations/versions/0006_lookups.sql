-- The ledger is asked for single versions, partitions and contents all the time: by index, however
-- many imports it holds. Its unique indexes leave out what was undone; these do not.

CREATE INDEX lead_sources_object ON lead_sources (object_key);
CREATE INDEX lead_sources_tag ON lead_sources (version_tag);
CREATE INDEX lead_sources_key ON lead_sources (partition_key);
CREATE INDEX lead_sources_sha256 ON lead_sources (sha256);
CREATE INDEX lead_sources_retries ON lead_sources (retry_of) WHERE retry_of IS NOT NULL;
CREATE INDEX lead_sources_supplier ON lead_sources (supplier, archived_at)
    WHERE archived_at IS NOT NULL;
