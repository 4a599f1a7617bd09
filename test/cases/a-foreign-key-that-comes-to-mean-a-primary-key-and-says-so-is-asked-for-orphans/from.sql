CREATE TABLE parents (name TEXT);
CREATE TABLE children (id INTEGER PRIMARY KEY, parent_id REFERENCES parents);
