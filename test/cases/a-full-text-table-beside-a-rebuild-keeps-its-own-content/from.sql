CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(9));
CREATE VIRTUAL TABLE notes USING fts5(title, body);
CREATE VIRTUAL TABLE boxes USING rtree(id, min_x, max_x);
