SELECT id, handle FROM members;
-- expect: 3, 'Ada'
-- expect: 9, 'Grace'
SELECT seq FROM sqlite_sequence WHERE name = 'members';
-- expect: 12
