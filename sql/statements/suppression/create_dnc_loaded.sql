-- Where the lines of a change list, and addresses of any, wait for being applied.
DROP TABLE IF EXISTS pg_temp.dnc_loaded;
CREATE TEMPORARY TABLE dnc_loaded (
    line bigint NOT NULL, number bigint, email_key text, removed boolean NOT NULL) ON COMMIT DROP
