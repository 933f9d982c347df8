-- Empty this import's staging, headers kept: its child table of `leads` and its side tables go.
-- Dropping a child that inherits locks only the child.
DROP TABLE IF EXISTS {leads}, {rejected}, {normalized}, {invalid}
