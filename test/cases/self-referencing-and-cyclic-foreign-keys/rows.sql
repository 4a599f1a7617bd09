INSERT INTO nodes VALUES (1, NULL, 'root'), (2, 1, 'leaf'), (3, 3, 'own');
INSERT INTO a VALUES (1, 1, 'one'), (2, NULL, 'two');
INSERT INTO b VALUES (1, 1), (2, 2);
