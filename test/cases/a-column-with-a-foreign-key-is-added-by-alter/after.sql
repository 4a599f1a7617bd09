UPDATE children SET parent_id = 1 WHERE id = 1;
-- expect: nothing
UPDATE children SET parent_id = 9 WHERE id = 2;
-- expect: error FOREIGN KEY constraint failed
