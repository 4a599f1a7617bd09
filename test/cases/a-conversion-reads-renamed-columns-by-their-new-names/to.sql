-- @renamed from=old
CREATE TABLE new (
  id INTEGER PRIMARY KEY,
  given TEXT, -- @renamed from=first
  c TEXT NOT NULL
);
