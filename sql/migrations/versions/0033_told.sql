-- What people are told outside the page: kept until it has arrived.

CREATE TABLE notice_deliveries (
    delivery_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target       text NOT NULL,
    what         text NOT NULL CHECK (what IN ('opened', 'worse', 'over', 'import', 'leads')),
    severity     text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    told         text NOT NULL,
    made_at      timestamptz NOT NULL,
    next_try_at  timestamptz NOT NULL,
    attempts     integer NOT NULL DEFAULT 0,
    last_error   text,
    delivered_at timestamptz,
    given_up_at  timestamptz
);
CREATE INDEX notice_deliveries_open ON notice_deliveries (target, delivery_id)
    WHERE delivered_at IS NULL AND given_up_at IS NULL;
COMMENT ON TABLE notice_deliveries IS
    'What is told to one address, once; tried again until it arrives, or for three days.';
COMMENT ON COLUMN notice_deliveries.target IS
    'Whose it is: the beginning of the SHA-256 of an address, which stands nowhere itself.';
