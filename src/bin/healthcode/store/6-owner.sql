-- Whose database it is: the issuer's name, how it identifies people, and a keyed hash that only its key of people gives. With another
-- key or another way to identify them, nothing that was confirmed would be about anybody any more.
CREATE TABLE owner (
    id BIGINT PRIMARY KEY,
    issuer TEXT NOT NULL,
    identity TEXT NOT NULL,
    people TEXT NOT NULL
);
