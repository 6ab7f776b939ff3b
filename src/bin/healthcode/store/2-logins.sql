-- What may stand in the certificates of a phone that was enrolled by a login token, as a keyed hash; nothing where the issuer believes
-- what phones say.
ALTER TABLE phone ADD COLUMN shown TEXT;

-- Login tokens that have been used, as keyed hashes, until they could not be used anyway.
CREATE TABLE login (
    token TEXT PRIMARY KEY,
    until BIGINT NOT NULL
);
CREATE INDEX login_until ON login (until);
