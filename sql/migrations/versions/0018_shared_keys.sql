-- Keys that sightings of a lead have without their being the lead's, numbers that several people
-- share, and pairs of leads that may be one person.

CREATE TABLE loose_keys (
    lead_id        bigint NOT NULL,
    other_lead_id  bigint,
    kind           match_kind NOT NULL,
    value          text NOT NULL,
    no_key         boolean NOT NULL DEFAULT false,
    import_id      integer NOT NULL,
    row_number     bigint NOT NULL,
    contact_number smallint NOT NULL,
    PRIMARY KEY (lead_id, kind, value, import_id, row_number, contact_number)
);
CREATE INDEX loose_keys_other ON loose_keys (other_lead_id);
CREATE INDEX loose_keys_value ON loose_keys (value);
COMMENT ON TABLE loose_keys IS
    'Ids, mails and phones that a sighting of lead_id has and that are no key of it: they are those '
    'of other_lead_id, or nobody''s (null), and then become the key of whoever is new with them.';
COMMENT ON COLUMN loose_keys.no_key IS
    'A mail that is no match key of anybody: of a function, or mended by a guess.';

CREATE TABLE shared_numbers (
    value      text NOT NULL,
    import_id  integer NOT NULL REFERENCES lead_sources,
    of_company boolean NOT NULL,
    PRIMARY KEY (value, import_id)
);
CREATE INDEX shared_numbers_import ON shared_numbers (import_id);
COMMENT ON TABLE shared_numbers IS
    'Phones in E.164 that tell nobody apart, by the import that showed it: of a company, or of '
    'several people of its file. Their key in lead_identities is that of the oldest lead with it.';

-- What stood in merge_candidates, contact by contact, were keys of other leads.
INSERT INTO loose_keys (
    lead_id, other_lead_id, kind, value, import_id, row_number, contact_number)
SELECT DISTINCT ON (lead_id, kind, value, import_id, row_number, contact_number)
       lead_id, other_lead_id, kind, value, import_id, row_number, contact_number
FROM merge_candidates;
DROP TABLE merge_candidates;

CREATE TABLE merge_candidates (
    lead_id        bigint NOT NULL,
    other_lead_id  bigint NOT NULL,
    kind           text NOT NULL
                   CHECK (kind IN ('external_id', 'email', 'phone', 'shared_phone', 'linkage')),
    value          text,
    probability    double precision CHECK (probability BETWEEN 0 AND 1),
    sentence       text NOT NULL,
    state          text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'rejected')),
    decided_at     timestamptz,
    decided_by     text,
    import_id      integer,
    row_number     bigint,
    contact_number smallint,
    made_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (lead_id, other_lead_id),
    CHECK (lead_id < other_lead_id),
    CHECK ((state = 'open') = (decided_at IS NULL))
);
CREATE INDEX merge_candidates_other ON merge_candidates (other_lead_id);
CREATE INDEX merge_candidates_import ON merge_candidates (import_id);
COMMENT ON TABLE merge_candidates IS
    'Pairs of leads that may be one person, the lower number first, for a person to look at.';
COMMENT ON COLUMN merge_candidates.kind IS
    'Why: a contact counted for one of them has this kind of key of the other; both were seen with '
    'a phone of several people; or what is known of them is alike (linkage).';
COMMENT ON COLUMN merge_candidates.sentence IS 'The same in words.';
INSERT INTO merge_candidates (
    lead_id, other_lead_id, kind, value, sentence, import_id, row_number, contact_number)
SELECT DISTINCT ON (least(lead_id, other_lead_id), greatest(lead_id, other_lead_id))
       least(lead_id, other_lead_id), greatest(lead_id, other_lead_id), kind::text, value,
       'import ' || import_id || ' row ' || row_number || ' counts for the one and has the '
           || replace(kind::text, '_', ' ') || ' '
           || CASE kind WHEN 'external_id' THEN split_part(value, ':', 2) ELSE value END
           || ' of the other',
       import_id, row_number, contact_number
FROM loose_keys WHERE lead_id <> other_lead_id
ORDER BY 1, 2, kind, value, import_id, row_number, contact_number;

-- In-file duplicates are sightings of their own; what stands in a lead may be from one of them.
ALTER TABLE duplicate_leads ADD COLUMN updates boolean NOT NULL DEFAULT false;
UPDATE duplicate_leads SET updates = true WHERE outcome = 'updated';
CREATE INDEX duplicate_leads_first
    ON duplicate_leads (import_id, first_row_number, first_contact_number)
    WHERE first_row_number IS NOT NULL;
COMMENT ON COLUMN duplicate_leads.updates IS
    'It brought the lead up to date, as the outcome updated and some in-file duplicates do.';

-- What is normalized and not decided yet does not say what is no key: it is normalized once more.
UPDATE lead_sources SET normalized_at = NULL, status = 'loaded'
WHERE status IN ('normalized', 'held');
