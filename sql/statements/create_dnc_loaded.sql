-- Where the lines of a change list, and addresses of any, wait for being applied.
CREATE TEMPORARY TABLE dnc_loaded (
    line bigint NOT NULL, number bigint, email_key text, removed boolean NOT NULL) ON COMMIT DROP
