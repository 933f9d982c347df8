-- The two roles of docs/operations.md ("Two roles"), as the container of PostgreSQL makes them when its volume is
-- new. It runs as a superuser, by psql, with the secrets in its environment.
\getenv import_password IMPORT_PASSWORD
\getenv owner_password OWNER_PASSWORD
CREATE ROLE leads LOGIN PASSWORD :'import_password';
CREATE ROLE leads_owner LOGIN PASSWORD :'owner_password' IN ROLE leads;
CREATE DATABASE leads OWNER leads_owner;
REVOKE ALL ON DATABASE leads FROM PUBLIC;
GRANT CONNECT ON DATABASE leads TO leads;
ALTER DATABASE leads SET log_error_verbosity = 'terse';
ALTER DATABASE leads SET log_min_error_statement = 'panic';
ALTER DATABASE leads SET log_min_messages = 'log';
