INSERT INTO "it's" VALUES (50, 'x');
INSERT INTO "say ""hi""" VALUES (60, 'x');
INSERT INTO Mixed VALUES (70, 'x');
DELETE FROM "it's";
DELETE FROM "say ""hi""";
DELETE FROM Mixed;
