-- How to read: for every file of a supplier, or for one object.
CREATE TABLE reading_choices (
    scope      text NOT NULL CHECK (scope IN ('supplier', 'object')),
    name       text NOT NULL,
    choices    jsonb NOT NULL,
    settled_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (scope, name)
);
COMMENT ON COLUMN reading_choices.name IS 'The supplier''s name, or the object''s key.';

-- Which field a column feeds, by header signature: for one supplier, or for any (empty).
CREATE TABLE mapping_corrections (
    header_signature text NOT NULL,
    supplier         text NOT NULL DEFAULT '',
    header           text NOT NULL,
    field            text,
    settled_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (header_signature, supplier, header)
);
COMMENT ON COLUMN mapping_corrections.field IS 'The field, or NULL: the column stays in `extra`.';

ALTER TABLE lead_sources ADD COLUMN header_signature text, ADD COLUMN drift text[];
COMMENT ON COLUMN lead_sources.drift IS
    'What changed since the header of the supplier''s last good file, in sentences.';
