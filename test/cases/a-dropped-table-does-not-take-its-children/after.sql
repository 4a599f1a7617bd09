SELECT id, parent_id FROM children;
-- expect: 1, 1
