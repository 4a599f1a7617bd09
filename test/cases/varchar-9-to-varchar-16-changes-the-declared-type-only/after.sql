SELECT type FROM pragma_table_info('t') WHERE name = 'a';
-- expect: 'VARCHAR(16)'
