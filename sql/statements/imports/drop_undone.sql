-- Part of upkeep: the contacts of an import that was taken back long ago. Safe to run again.
DROP TABLE IF EXISTS {archived};
UPDATE lead_sources SET archive_table = NULL WHERE import_id = {import_id} AND status = 'undone'
