CREATE TABLE parents (id INTEGER PRIMARY KEY, code TEXT);
CREATE UNIQUE INDEX parents_code ON parents (code) WHERE code > '';
CREATE TABLE children (id INTEGER PRIMARY KEY, code TEXT REFERENCES parents (code), name VARCHAR(9));
CREATE TABLE lost (id INTEGER PRIMARY KEY, x INTEGER REFERENCES nowhere (id), name VARCHAR(9));
