SELECT seq FROM sqlite_sequence WHERE name = 'members';
-- expect: 12
SELECT DISTINCT tbl FROM sqlite_stat1 WHERE tbl IN ('users', 'members');
-- expect: 'members'
