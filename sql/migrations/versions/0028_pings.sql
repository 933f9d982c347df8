-- Pings: suppliers ask about mails and phones of which they tell only the SHA-256.

CREATE FUNCTION key_digest(value text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN substr(sha256(convert_to(value, 'UTF8')), 1, 7);
COMMENT ON FUNCTION key_digest(text) IS
    'The beginning of the SHA-256 of a key: as many bytes as an entry of an index has room for.';

CREATE TABLE key_digests (
    digest bytea NOT NULL,
    value  text NOT NULL
);
CREATE INDEX key_digests_digest ON key_digests (digest);
COMMENT ON TABLE key_digests IS
    'Which mail (as match key) or phone (E.164) a digest is of. It only says what a digest means: who '
    'has the key is asked as ever, so that it may name keys that nobody has any more.';

-- What is to be digested is noted wherever it comes from, in the same transaction; it is done later, so
-- that no import waits for it.
CREATE TABLE undigested (
    import_id  integer UNIQUE REFERENCES lead_sources ON DELETE CASCADE,
    version_id integer UNIQUE REFERENCES dnc_versions ON DELETE CASCADE,
    CHECK (num_nonnulls(import_id, version_id) = 1)
);
COMMENT ON TABLE undigested IS 'Imports and versions of do-not-call lists whose keys are not in key_digests yet.';

CREATE FUNCTION note_undigested() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'lead_sources' THEN
        INSERT INTO undigested (import_id) VALUES (NEW.import_id);
    ELSE
        INSERT INTO undigested (version_id) VALUES (NEW.version_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER note_undigested AFTER UPDATE ON lead_sources FOR EACH ROW
WHEN (OLD.archived_at IS NULL AND NEW.archived_at IS NOT NULL) EXECUTE FUNCTION note_undigested();
CREATE TRIGGER note_undigested AFTER INSERT ON dnc_versions FOR EACH ROW EXECUTE FUNCTION note_undigested();
INSERT INTO undigested (import_id)
SELECT import_id FROM lead_sources WHERE archived_at IS NOT NULL AND status <> 'undone';
INSERT INTO undigested (version_id) SELECT version_id FROM dnc_versions;

-- Few keys, which no import may have any more: they are digested at once.
CREATE FUNCTION digest_merge_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO key_digests (digest, value)
    SELECT DISTINCT key_digest(value), value FROM added WHERE kind IN ('email', 'phone');
    RETURN NULL;
END $$;
CREATE TRIGGER digest_merge_keys AFTER INSERT ON merge_keys REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION digest_merge_keys();
INSERT INTO key_digests (digest, value)
SELECT key_digest(value), value FROM (
    SELECT value FROM merge_keys WHERE kind IN ('email', 'phone')
    UNION SELECT split_part(value, ' ', 1) FROM posted_keys WHERE kind IN ('email', 'phone')) AS known;

CREATE TABLE malformed_bodies (
    body_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sender       text NOT NULL,
    path         text NOT NULL,
    reason       text NOT NULL,
    content_type text,
    bytes        integer NOT NULL,
    body         bytea NOT NULL CHECK (length(body) <= 65536),
    received_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX malformed_bodies_sender ON malformed_bodies (sender, body_id);
COMMENT ON TABLE malformed_bodies IS
    'What proven senders posted and nobody could read: the newest of each sender, for some weeks.';
COMMENT ON COLUMN malformed_bodies.bytes IS 'How many came; the first of them are kept.';
