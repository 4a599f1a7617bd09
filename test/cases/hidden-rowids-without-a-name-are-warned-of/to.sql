CREATE TABLE t (rowid TEXT, _rowid_ TEXT, oid TEXT, name VARCHAR(16));
