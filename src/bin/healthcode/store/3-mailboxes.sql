-- The newest moment of which mailboxes are written. What officers do from then on is of later, so that all issuers of one database
-- write the same.
CREATE TABLE mailboxes (
    id BIGINT PRIMARY KEY,
    issued BIGINT NOT NULL
);

-- Those of whom something is or was said lately are looked up by persons; among all that ever was, they are few.
CREATE INDEX entry_person_until ON entry (person, until);
