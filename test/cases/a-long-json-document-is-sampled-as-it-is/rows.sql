INSERT INTO d VALUES (1, json_object('a', printf('%.6000c', 'x'), 'b', 1), 2);
