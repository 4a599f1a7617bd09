INSERT INTO main.t VALUES (1, 'Ada'), (2, 'Ada');
