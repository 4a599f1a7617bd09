CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(16));
CREATE VIEW names AS SELECT u.name AS name FROM users AS u;
CREATE VIEW shouted AS SELECT upper(name) AS name FROM names;
