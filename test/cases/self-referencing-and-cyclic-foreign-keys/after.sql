SELECT "table" FROM pragma_foreign_key_list('nodes') UNION ALL SELECT "table" FROM pragma_foreign_key_list('b');
-- expect: 'nodes'
-- expect: 'a'
