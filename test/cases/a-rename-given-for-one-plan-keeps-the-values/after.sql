SELECT id, handle FROM members;
-- expect: 1, 'Ada'
-- expect: 3, 'nobody'
SELECT handle FROM left_alone;
-- expect: 'Ada'
-- expect: 'nobody'
