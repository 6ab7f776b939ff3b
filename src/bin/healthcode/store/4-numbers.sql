-- The numbers of certificates in status lists, one for each phone and UTC day, and which of them are withdrawn. Those of days whose
-- certificates are over are deleted.
CREATE TABLE certificate_number (
    signer TEXT NOT NULL,
    day BIGINT NOT NULL,
    number BIGINT NOT NULL,
    enrolment_key TEXT NOT NULL,
    person TEXT NOT NULL,
    place TEXT NOT NULL,
    withdrawn BIGINT,
    PRIMARY KEY (signer, day, number)
);
CREATE INDEX certificate_number_phone ON certificate_number (enrolment_key, day);
CREATE INDEX certificate_number_person ON certificate_number (person);
CREATE INDEX certificate_number_withdrawn ON certificate_number (signer, day, withdrawn);
