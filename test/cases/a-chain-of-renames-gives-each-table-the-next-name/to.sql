CREATE TABLE b ( /* @renamed from=a */ x TEXT);
CREATE TABLE c ( -- @renamed from="b"
  y INTEGER);
