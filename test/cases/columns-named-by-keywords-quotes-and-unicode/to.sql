CREATE TABLE "order" (
  id INTEGER PRIMARY KEY,
  "order" INTEGER,
  "say ""hi""" TEXT,
  [it's] TEXT,
  `größe` VARCHAR(16),
  "名前" TEXT,
  "a.b" TEXT,
  "" TEXT,
  "group" INTEGER AS ("order" + 1),
  UNIQUE ("order", "say ""hi""")
);
CREATE INDEX "index on ""order""" ON "order" ("名前", "order" DESC);
CREATE TRIGGER "trigger's" AFTER UPDATE OF "order" ON "order" BEGIN
  UPDATE "order" SET [it's] = 'fired' WHERE id = new.id;
END;
