-- Who may do what on the page and its API.

CREATE TABLE access_tokens (
    token_id     integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name         text NOT NULL,
    role         text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    digest       text NOT NULL UNIQUE,
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    revoked_at   timestamptz
);
CREATE UNIQUE INDEX access_tokens_name ON access_tokens (name) WHERE revoked_at IS NULL;
COMMENT ON COLUMN access_tokens.digest IS 'SHA-256 of the token, in hex; the token itself is nowhere.';
