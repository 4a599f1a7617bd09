SELECT rowid, title FROM docs_fts WHERE docs_fts MATCH 'quick';
-- expect: 30, 'third'
INSERT INTO docs_fts (docs_fts, rank) VALUES ('integrity-check', 1);
-- expect: nothing
DELETE FROM docs WHERE rowid = 30;
-- expect: nothing
SELECT rowid FROM docs_fts WHERE docs_fts MATCH 'quick';
-- expect: nothing
