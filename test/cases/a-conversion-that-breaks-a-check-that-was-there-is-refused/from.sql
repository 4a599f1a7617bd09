CREATE TABLE t (id INTEGER PRIMARY KEY, size TEXT CHECK (length(size) < 3));
