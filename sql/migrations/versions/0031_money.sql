-- What is agreed with suppliers, from when on, and what is paid for their contacts.

CREATE TABLE supplier_terms (
    terms_id      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    supplier      text NOT NULL REFERENCES suppliers,
    valid_from    date NOT NULL,
    price         numeric CHECK (price BETWEEN 0 AND 99999999 AND scale(price) <= 4),
    rules         jsonb NOT NULL DEFAULT '[]',
    free          text[] NOT NULL DEFAULT
                  '{in_file_duplicate,same_source_duplicate,cross_source_duplicate}',
    lookback_days integer CHECK (lookback_days > 0),
    scope         text NOT NULL DEFAULT 'everywhere'
                  CHECK (scope IN ('supplier', 'source', 'everywhere')),
    return_days   integer CHECK (return_days >= 0),
    daily_cap     integer CHECK (daily_cap >= 0),
    monthly_cap   integer CHECK (monthly_cap >= 0),
    least_valid   numeric(4, 3) CHECK (least_valid BETWEEN 0 AND 1),
    agreed_at     timestamptz NOT NULL DEFAULT now(),
    agreed_by     text
);
CREATE INDEX supplier_terms_supplier ON supplier_terms (supplier, valid_from);
COMMENT ON TABLE supplier_terms IS 'What is agreed with a supplier from a day on; never changed, only followed.';
COMMENT ON COLUMN supplier_terms.valid_from IS
    'The first day, in the account''s time zone, on which files come under these terms.';
COMMENT ON COLUMN supplier_terms.price IS 'Of a lead for which no rule names another; null: nothing is charged.';
COMMENT ON COLUMN supplier_terms.rules IS 'Other prices, each with its conditions; the last that is met holds.';
COMMENT ON COLUMN supplier_terms.free IS 'The outcomes of contacts that cost nothing.';
COMMENT ON COLUMN supplier_terms.lookback_days IS
    'A person last seen longer ago is no duplicate for this supplier; null: however long ago.';
COMMENT ON COLUMN supplier_terms.scope IS
    'Whose earlier sightings make a duplicate: this supplier''s, this source''s, or anybody''s.';
COMMENT ON COLUMN supplier_terms.return_days IS
    'So many days after its file came a lead may be given back; null: at any time.';
COMMENT ON COLUMN supplier_terms.least_valid IS
    'An import of which a smaller share of contacts can be reached is not paid for.';

-- Who could settle terms for now on only has one line for all times.
INSERT INTO supplier_terms (supplier, valid_from, price, lookback_days, scope, agreed_at)
SELECT supplier, '0001-01-01', round(cost_per_lead, least(scale(cost_per_lead), 4)), lookback_days, scope, created_at
FROM suppliers
WHERE cost_per_lead IS NOT NULL OR lookback_days IS NOT NULL OR scope <> 'everywhere';
ALTER TABLE suppliers
    DROP COLUMN cost_per_lead, DROP COLUMN lookback_days, DROP COLUMN scope,
    ADD COLUMN currency text NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$');
COMMENT ON COLUMN suppliers.currency IS 'Of all its prices and statements, by ISO 4217.';

CREATE FUNCTION terms_on(supplier text, day date) RETURNS SETOF supplier_terms
LANGUAGE sql STABLE AS $$
    SELECT * FROM supplier_terms AS t WHERE t.supplier = $1 AND t.valid_from <= $2
    ORDER BY t.valid_from DESC, t.terms_id DESC LIMIT 1
$$;
COMMENT ON FUNCTION terms_on IS 'The terms of a supplier under which a file of that day comes; the last agreed holds.';

CREATE FUNCTION here(moment timestamptz) RETURNS date
LANGUAGE sql STABLE AS $$ SELECT (moment AT TIME ZONE time_zone)::date FROM account $$;
COMMENT ON FUNCTION here IS 'The day of a moment in the account''s time zone.';

ALTER TABLE lead_sources
    ADD COLUMN terms_id integer REFERENCES supplier_terms,
    ADD COLUMN is_cost_stated boolean NOT NULL DEFAULT false,
    ADD COLUMN is_charged boolean NOT NULL DEFAULT false;
UPDATE lead_sources AS s SET terms_id = t.terms_id FROM supplier_terms AS t WHERE t.supplier = s.supplier;
COMMENT ON COLUMN lead_sources.terms_id IS 'The terms under which the file came.';
COMMENT ON COLUMN lead_sources.is_cost_stated IS
    'Whether the cost of a lead was said for this file: then no rule of the terms names another.';
COMMENT ON COLUMN lead_sources.is_charged IS 'Whether its contacts had a price when they were decided.';

CREATE TABLE charge_events (
    event_id    integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN (
                    'charge', 'replay', 'undo', 'merge', 'list', 'return')),
    happened_at timestamptz NOT NULL,
    cause       text NOT NULL,
    import_id   integer REFERENCES lead_sources
);
CREATE UNIQUE INDEX charge_events_import ON charge_events (import_id) WHERE import_id IS NOT NULL;
COMMENT ON TABLE charge_events IS 'Act by which money is owed or not any more; never changed, only followed.';
COMMENT ON COLUMN charge_events.import_id IS 'The import whose decision it is, charged or not.';
COMMENT ON COLUMN charge_events.cause IS 'What led to it, in words, such as: undo of import 7.';

-- A million charges of an import differ in their rows alone: a line for each would cost an import more
-- than a tenth of its time.
CREATE TABLE charge_batches (
    event_id integer NOT NULL,
    import_id integer NOT NULL,
    rule     smallint,
    amount   numeric(12, 4) NOT NULL,
    rows     bigint[] NOT NULL,
    contacts smallint[] NOT NULL CHECK (cardinality(contacts) = cardinality(rows))
);
CREATE INDEX charge_batches_import ON charge_batches (import_id);
COMMENT ON TABLE charge_batches IS
    'The same amount for several contacts of an import, by one event; `charges` has a row for each.';
COMMENT ON COLUMN charge_batches.rows IS 'The rows of the contacts in their file; `contacts` are their numbers in the rows.';
COMMENT ON COLUMN charge_batches.rule IS
    'What priced it: a rule by its number from 1, 0 the price of the terms or of the file, -1 over a cap, -2 a bad file. '
    'Null where it only follows.';

CREATE VIEW charges AS
SELECT b.import_id, c.row_number, c.contact_number, b.event_id, b.rule, b.amount
FROM charge_batches AS b
CROSS JOIN LATERAL unnest(b.rows, b.contacts) AS c (row_number, contact_number);
COMMENT ON VIEW charges IS 'Money for a contact: owed since an event, or (negative) not owed any more.';

CREATE FUNCTION never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%% is never changed, only followed', TG_TABLE_NAME;
END $$;
CREATE TRIGGER never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON charge_batches
    FOR EACH STATEMENT EXECUTE FUNCTION never_change();
CREATE TRIGGER never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON charge_events
    FOR EACH STATEMENT EXECUTE FUNCTION never_change();
CREATE TRIGGER never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON supplier_terms
    FOR EACH STATEMENT EXECUTE FUNCTION never_change();

CREATE TABLE returns (
    return_id      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind           text NOT NULL CHECK (kind IN ('return', 'list')),
    import_id      integer NOT NULL REFERENCES lead_sources,
    row_number     bigint NOT NULL,
    contact_number smallint NOT NULL,
    lead_id        bigint NOT NULL,
    reason         text NOT NULL,
    asked_at       timestamptz NOT NULL,
    asked_by       text NOT NULL,
    feedback_import_id integer REFERENCES lead_sources,
    state          text NOT NULL CHECK (state IN ('open', 'approved', 'refused', 'withdrawn')),
    told           text,
    decided_at     timestamptz,
    decided_by     text
);
CREATE UNIQUE INDEX returns_place ON returns (import_id, row_number, contact_number)
    WHERE state IN ('open', 'approved');
CREATE INDEX returns_open ON returns (return_id) WHERE state = 'open';
COMMENT ON TABLE returns IS 'Charged contact that is given back to its supplier, and what was decided.';
COMMENT ON COLUMN returns.kind IS 'Given back by a person or file, or by a do-not-call list that came later.';
COMMENT ON COLUMN returns.told IS 'Why it was refused or withdrawn.';

CREATE TABLE statements (
    statement_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    supplier     text NOT NULL REFERENCES suppliers,
    number       integer NOT NULL,
    month        date NOT NULL,
    currency     text NOT NULL,
    after_event  integer NOT NULL,
    last_event   integer NOT NULL,
    lines        bigint NOT NULL,
    total        numeric(14, 4) NOT NULL,
    content      bytea NOT NULL,
    sha256       text NOT NULL,
    issued_at    timestamptz NOT NULL,
    issued_by    text NOT NULL,
    UNIQUE (supplier, number),
    UNIQUE (supplier, month)
);
COMMENT ON TABLE statements IS 'What was owed to a supplier for a month, as it was issued; never changed.';
COMMENT ON COLUMN statements.content IS 'The lines as CSV, compressed by gzip.';
COMMENT ON COLUMN statements.sha256 IS 'Of the CSV before it was compressed.';
COMMENT ON COLUMN statements.after_event IS 'The last event of the statement before; 0 for the first one.';
CREATE TRIGGER never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON statements
    FOR EACH STATEMENT EXECUTE FUNCTION never_change();
