-- When the bucket was looked at last: a sensor that stands still is told from one that sees nothing.

CREATE TABLE last_look (
    only_one  boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    looked_at timestamptz NOT NULL
);
COMMENT ON TABLE last_look IS 'The one row that tells when the sensor last looked at the bucket; none before it did.';
