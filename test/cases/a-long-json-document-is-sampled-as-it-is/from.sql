CREATE TABLE d (id INTEGER PRIMARY KEY, doc TEXT CHECK (json_valid(doc)), n INT);
CREATE INDEX by_b ON d (json_extract(doc, '$.b'));
