SELECT title FROM notes WHERE notes MATCH 'quick';
-- expect: 'first'
SELECT id FROM boxes WHERE min_x <= 3 AND max_x >= 3;
-- expect: 1
