SELECT id, t_id FROM x_theirs;
-- expect: 7, 1
