INSERT INTO docs VALUES (2, 'new');
-- expect: nothing
SELECT rowid FROM docs_fts WHERE docs_fts MATCH 'new';
-- expect: 2
