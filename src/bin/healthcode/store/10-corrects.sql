-- What corrects an entry is looked for with every certificate and all mailboxes.
CREATE INDEX proposal_corrects ON proposal (corrects);
