-- Phones and whose they are; what officers propose and confirm; the journal of both.
-- The same statements for SQLite and PostgreSQL: moments are seconds since 1970, hashes are hexadecimal digits.

-- A phone, by its enrolment key, and its person. Of a person there is nothing but the keyed hash of their document.
CREATE TABLE phone (
    enrolment_key TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    enrolled BIGINT NOT NULL
);
CREATE INDEX phone_person ON phone (person);

-- What an officer has proposed: the step as it was signed is in the journal, and its rows are here.
CREATE TABLE proposal (
    id TEXT PRIMARY KEY,
    officer TEXT NOT NULL,
    officer_key TEXT NOT NULL,
    proposed BIGINT NOT NULL,
    body TEXT NOT NULL,
    counts TEXT NOT NULL,
    corrects TEXT,
    state TEXT NOT NULL CHECK (state IN ('open', 'confirmed', 'withdrawn')),
    decided BIGINT
);
CREATE INDEX proposal_proposed ON proposal (proposed);

-- What two officers have confirmed of a person. It acts from its confirmation to the earlier of `until` and `ended`.
CREATE TABLE entry (
    id TEXT PRIMARY KEY,
    proposal TEXT NOT NULL REFERENCES proposal (id),
    person TEXT NOT NULL,
    status TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    ground TEXT NOT NULL,
    district TEXT NOT NULL,
    confirmed BIGINT NOT NULL,
    ended BIGINT
);
CREATE INDEX entry_person ON entry (person);
CREATE INDEX entry_proposal ON entry (proposal);

-- Every step that changed something, in order, each with the hash over all before it.
CREATE TABLE journal (
    number BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    officer TEXT NOT NULL,
    act TEXT NOT NULL UNIQUE,
    hash TEXT NOT NULL
);

-- The last line of the journal. Whoever adds one locks this row first, so that steps come one after another.
CREATE TABLE journal_end (
    id BIGINT PRIMARY KEY,
    number BIGINT NOT NULL,
    hash TEXT NOT NULL
);
