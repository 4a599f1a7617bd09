SELECT id, parent_id FROM children;
-- expect: 1, 1
-- expect: 2, 2
-- expect: 3, NULL
