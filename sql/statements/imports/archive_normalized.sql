-- The normalized table gets its final name and place. Fails if the name is taken.
ALTER TABLE {normalized} SET SCHEMA archive;
ALTER TABLE {moved} RENAME TO {archived}
