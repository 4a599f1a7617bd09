INSERT INTO docs VALUES ('first');
