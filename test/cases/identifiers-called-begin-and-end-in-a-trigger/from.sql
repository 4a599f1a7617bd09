CREATE TABLE spans (id INTEGER PRIMARY KEY, "begin" INTEGER, "end" INTEGER, name VARCHAR(9));
CREATE TRIGGER spans_insert AFTER INSERT ON spans WHEN new."end" < CASE WHEN new."begin" IS NULL THEN 0 ELSE new."begin" END
BEGIN
  UPDATE spans SET "end" = CASE WHEN "end" < "begin" THEN "begin" ELSE "end" END WHERE id = new.id;
  SELECT RAISE(IGNORE) WHERE new.name = 'END;';
END;
