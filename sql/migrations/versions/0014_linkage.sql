-- Looking for leads that may be one person although they have no key in common.

-- As names and streets are compared: small letters, no accents, nothing around.
CREATE FUNCTION folded(given text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN nullif(btrim(CASE WHEN octet_length(given) = length(given) THEN lower(given)
    ELSE lower(regexp_replace(normalize(given, NFKD), '[\u0300-\u036F]', '', 'g')) END), '');

CREATE TABLE linkage_searches (
    search_id  integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    started_at timestamptz NOT NULL,
    ended_at   timestamptz NOT NULL DEFAULT now(),
    leads      bigint NOT NULL,
    pairs      bigint NOT NULL,
    found      bigint NOT NULL
);
COMMENT ON TABLE linkage_searches IS
    'Searches for possible duplicates that came to their end: the next looks at what changed since.';
