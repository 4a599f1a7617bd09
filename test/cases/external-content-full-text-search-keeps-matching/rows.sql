INSERT INTO docs (rowid, title, body) VALUES (10, 'first', 'the quick fox'), (20, 'second', 'the lazy dog');
DELETE FROM docs WHERE rowid = 10;
INSERT INTO docs (rowid, title, body) VALUES (30, 'third', 'a quick hare');
