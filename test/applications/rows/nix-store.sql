INSERT INTO ValidPaths (path, hash, registrationTime, ultimate) VALUES ('/nix/store/a-sqlite', 'sha256:0017', 1700000000, NULL), ('/nix/store/b-zlib', 'sha256:42', 1700000001, 1), ('/nix/store/c-gone', '', 1, NULL);
DELETE FROM ValidPaths WHERE id = 3;
INSERT INTO Refs VALUES (1, 1), (1, 2);
INSERT INTO DerivationOutputs VALUES (1, 'out', '/nix/store/a-sqlite');
INSERT INTO Realisations (drvPath, outputName, outputPath) VALUES ('sha256:d', 'out', 1), ('sha256:e', 'dev', 2);
INSERT INTO RealisationsRefs VALUES (1, 2), (2, NULL);
