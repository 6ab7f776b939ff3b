//! Every limit on untrusted input, by name, with the reason for its number.
