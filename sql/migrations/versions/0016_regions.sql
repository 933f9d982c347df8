-- The region of a file: settled for an object, a supplier or a source, and kept with the import.

ALTER TABLE reading_choices DROP CONSTRAINT reading_choices_scope_check;
ALTER TABLE reading_choices ADD CONSTRAINT reading_choices_scope_check
    CHECK (scope IN ('supplier', 'object', 'source'));
COMMENT ON TABLE reading_choices IS
    'How to read: for every file of a supplier or of a source, or for one object.';
COMMENT ON COLUMN reading_choices.name IS
    'The supplier''s or the source''s name, or the object''s key.';

ALTER TABLE lead_sources ADD COLUMN region text;
COMMENT ON COLUMN lead_sources.region IS
    'Whose phones and addresses the file''s are that say no country: ISO 3166-1 alpha-2.';
