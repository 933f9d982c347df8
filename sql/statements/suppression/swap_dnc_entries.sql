-- The fresh numbers take the place of the former ones, in one moment for everybody: checks hold the
-- lock of decisions, as this transaction does.
DROP TABLE {entries};
ALTER TABLE {fresh} RENAME TO {name};
SELECT show_in_parent('{entries}')
