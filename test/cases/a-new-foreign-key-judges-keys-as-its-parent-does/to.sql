CREATE TABLE parents (code TEXT COLLATE NOCASE, part INTEGER, PRIMARY KEY (code, part));
CREATE TABLE children (
  id INTEGER PRIMARY KEY,
  code TEXT,
  part TEXT,
  FOREIGN KEY (code, part) REFERENCES parents ON UPDATE CASCADE
);
