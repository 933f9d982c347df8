-- Fresh staging for one import, whatever an earlier attempt left. Not yet visible in `leads`.
DROP TABLE IF EXISTS {leads}, {rejected}, {normalized}, {invalid};
CREATE TABLE {leads} (LIKE leads INCLUDING DEFAULTS);
ALTER TABLE {leads} ALTER COLUMN import_id SET DEFAULT {import_id};
CREATE TABLE {rejected} (
    row_number bigint NOT NULL, code text NOT NULL, reason text NOT NULL, raw jsonb,
    staged boolean NOT NULL)
