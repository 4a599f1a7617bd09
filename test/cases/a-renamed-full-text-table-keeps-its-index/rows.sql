INSERT INTO notes (body) VALUES ('some words'), ('other words');
