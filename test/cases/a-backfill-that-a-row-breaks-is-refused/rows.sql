INSERT INTO d VALUES (1, '{bad');
