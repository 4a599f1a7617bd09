SELECT name, pk FROM pragma_table_info('t') WHERE pk ORDER BY pk;
-- expect: 'b', 1
-- expect: 'a', 2
