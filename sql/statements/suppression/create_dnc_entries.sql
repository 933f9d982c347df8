-- A fresh table for the numbers of a full list, and an empty one if the list had none so far.
-- Nobody sees it before the swap; a load that dies leaves nothing.
CREATE TABLE IF NOT EXISTS {entries} (LIKE dnc_entries);
CREATE TABLE {fresh} (LIKE dnc_entries);
ALTER TABLE {fresh} ALTER COLUMN list_id SET DEFAULT {list_id},
    ALTER COLUMN version_id SET DEFAULT {version_id}
