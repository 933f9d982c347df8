-- Leads are found by the words of their names, and who changed what in them is kept.

CREATE TABLE lead_changes (
    change_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lead_id    bigint NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by text NOT NULL,
    field      text NOT NULL,
    old_value  text,
    new_value  text
);
CREATE INDEX lead_changes_lead ON lead_changes (lead_id);
COMMENT ON TABLE lead_changes IS
    'What people changed in the columns of leads_master that are theirs; it stays when a lead goes.';

-- Words and not trigrams: those cost an import four times as much, and need an extension that not
-- every role may create. At most 500 letters, because no word may have more than 2,046 bytes.
CREATE FUNCTION name_text(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN translate(left(folded(name), 500), '-_/&,;:.''"`´‘’“”()[]\', '        ');
COMMENT ON FUNCTION name_text IS
    'A name as it is looked up: folded, hyphenated words apart, without punctuation.';

CREATE FUNCTION name_words(name text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_to_tsvector(array_remove(string_to_array(name_text(name), ' '), ''));
COMMENT ON FUNCTION name_words IS 'The words of a name, by which it is found.';

CREATE FUNCTION name_query(typed text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT string_agg('''' || word || '''', ' & ') || ':*'
        FROM string_to_table(name_text(typed), ' ') AS word WHERE word <> '')::tsquery;
COMMENT ON FUNCTION name_query IS
    'Names with all of these words; the last one may be the beginning of a word.';
