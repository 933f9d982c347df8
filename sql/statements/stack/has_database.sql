-- Whether the database of leads is made. Read only.
SELECT EXISTS (SELECT FROM pg_database WHERE datname = 'leads') AS made
