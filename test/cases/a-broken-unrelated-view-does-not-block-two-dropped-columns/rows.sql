INSERT INTO users (id, name) VALUES (1, 'Ada');
INSERT INTO orders (id, total) VALUES (1, 9.5);
