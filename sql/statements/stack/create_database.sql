-- The database of leads, empty, of the role that will own its tables.
CREATE DATABASE leads OWNER leads_owner
