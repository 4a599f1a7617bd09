CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  b TEXT, -- @renamed from=a
  a INTEGER NOT NULL -- @renamed from=b
);
CREATE INDEX ix ON t (b);
