SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY tbl;
-- expect: 't', 'sqlite_autoindex_t_1', '2 1'
-- expect: 'w', 'w', '2 1'
