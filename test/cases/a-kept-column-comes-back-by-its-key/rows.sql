INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (9223372036854775807, 'c', 3);
INSERT INTO two VALUES ('x', 1, 'one'), ('X', 1.5, NULL), ('y', 'z', x'00');
