SELECT count(*) FROM children;
-- expect: 3
PRAGMA foreign_key_list(children);
-- expect: 0, 0, 'parents', 'parent_id', 'id', 'NO ACTION', 'CASCADE', 'NONE'
