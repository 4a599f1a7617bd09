CREATE TABLE parents (id INTEGER PRIMARY KEY, code TEXT);
CREATE UNIQUE INDEX parents_code ON parents (code);
CREATE TABLE children (id INTEGER PRIMARY KEY, code TEXT REFERENCES parents (code));
