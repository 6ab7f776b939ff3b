// The codes of the engine's errors and their English messages, which it asks for by number instead of containing them. Each stands
// in the sources; HEALTHCODE_WRITE_VECTORS=1 cargo test --all-features --lib error_codes writes them here.
const SENTENCES = {
  "misuse-argument": "the argument `{0}` does not match its type",
  "misuse-not-convertible": "the answer could not be converted for the host",
  "engine-out-of-memory": "this can take more memory than the host has",
  "time-malformed": "expected a date and time with an offset, such as 2020-02-11T08:00:00+08:00 (RFC 3339)",
  "time-malformed-date": "expected a date such as 2020-02-11 (RFC 3339)",
  "time-malformed-span": "expected a whole number with a unit: s, min, h or d, such as 14 d",
  "time-out-of-range": "expected milliseconds since 1970, as from Date.now(), between the years 0001 and 9999",
  "time-malformed-offset": "expected an offset from UTC such as +08:00",
  "place-not-digits": "a place code has digits, such as 330106, or is that of a country, such as JP",
  "place-length": "a place code has 2, 4, 6, 9 or 12 digits (GB/T 2260), not {0}",
  "place-province": "a place code begins with a province, 11 to 91 (GB/T 2260)",
  "place-country": "a place outside China has a code such as JP or, for a part of it, JP-13 (ISO 3166)",
  "cbor-truncated": "the data is cut off; fetch or scan it again",
  "cbor-trailing-bytes": "there are extra bytes after the end of the data",
  "cbor-not-canonical": "a number or length is not in its shortest form (RFC 8949, 4.2.1)",
  "cbor-duplicate-key": "a map has the same key twice",
  "cbor-key-order": "the keys of a map are not in order (RFC 8949, 4.2.1)",
  "cbor-unsupported": "the data has a kind of value that signed files do not use",
  "cbor-not-utf8": "a text is not valid UTF-8",
  "cbor-too-deep": "items are nested too deeply",
  "key-malformed": "a key is 32 bytes, or 64 hexadecimal digits as text",
  "key-weak": "not a safe Ed25519 public key",
  "key-not-random":
    "the random bytes are all the same, or were passed before; the host must pass 32 bytes from a secure random source",
  "envelope-too-large": "{0} bytes is more than a signed file may have",
  "envelope-shape": "this is not a signed file (COSE, RFC 9052)",
  "envelope-algorithm": "the signature is not EdDSA",
  "envelope-unknown-kind": "content type {0} is unknown; a newer version of the app may know it",
  "envelope-too-many-signatures": "there are more signatures than any file needs",
  "file-wrong-kind": "this is a {1}, but a {0} was expected",
  "file-malformed": "the content is not a valid {0}{1}",
  "file-unknown-key": "it is not signed with a key that the trust list allows for a {0} of this place and time",
  "file-bad-signature": "the signature of key {0} does not match: the file was altered or damaged; fetch it again",
  "file-too-few-signers": "a {0} needs {1} different signers and has {2}",
  "file-not-yet-issued": "the file was issued at {0}, but the clock says {1}; set the clock",
  "file-expired": "the file expired at {0} and it is {1}; fetch the current one",
  "file-rollback": "version {1} was seen before, and version {0} is older or another file",
  "file-out-of-place": "the content of the {0} is about places outside the one in its header",
  "file-long-lived": "a {0} may be valid for at most {1} h from its issue",
  "file-not-in-manifest": "the {0} is not among the files that are in force; fetch the current one",
  "file-never-valid": "the file expires before it was issued",
  "trust-no-roots":
    "the app needs root keys, each once, and how many of them must sign: nothing can be verified without",
  "trust-other-roots":
    "{1} of the known root keys have signed the list and {0} must; the lists in between may lead to it",
  "trust-own-roots": "{1} of the root keys that the list names have signed it and {0} must",
  "checkpoint-unwanted-file": "a checkpoint loads a trust list and a manifest, not a {0}",
  "checkpoint-no-trust-list": "the checkpoint has no trust list that is in force; connect it once to fetch one",
  "checkpoint-state-damaged": "the stored data is damaged and was not loaded",
  "checkpoint-state-newer": "the stored data has format {0}, from a newer version of the app",
  "text-too-long": "{0} characters are more than a health code has",
  "text-not-a-health-code": "this is not a health code of this system; those begin with JK1:",
  "text-damaged": "the text is damaged: it is not base45 (RFC 9285); scan it again",
  "certificate-malformed": "the content is not a valid day certificate or request for one",
  "certificate-not-yet-valid": "the day certificate is valid from {0} and it is {1}; check the clock",
  "certificate-expired": "the day certificate expired at {0} and it is {1}; the phone must renew it",
  "certificate-long-lived": "the certificate claims to be valid for {0} h, longer than a day certificate may be",
  "certificate-not-yours": "the day certificate is for another phone's key",
  "certificate-older": "the day certificate was issued at {0}, before the one of {1} that the phone has",
  "certificate-request-signature": "the request is not signed with the two keys that it names",
  "certificate-request-age": "the request was made at {0} and it is {1}; check the clock and ask again",
  "certificate-ground":
    "a floor other than green needs a ground of 1 to 18 characters a-z, 0-9 and -, and green has none",
  "certificate-not-masked": "the name must be masked and short, and only the last digits of the number may be given",
  "certificate-name":
    "the name cannot appear in an identity document: use letters, with spaces or - ' . , / ( ) between them",
  "certificate-number": "the number cannot appear in an identity document: it needs at least four letters and digits",
  "status-malformed": "this is not a list of withdrawn certificates (Token Status List in CWT form)",
  "status-too-large": "the list of withdrawn certificates has more in it than any may have",
  "status-older": "the list of withdrawn certificates was made at {0}, before the one of {1} that is there",
  "code-wrong-kind": "this is a {0}, not a health code",
  "code-malformed": "the content is not a valid health code",
  "code-bad-signature": "the code was altered, or was not made by the phone that the certificate belongs to",
  "code-expired": "the code expired at {0} and it is {1}; ask for a fresh one, a screenshot is not valid",
  "code-from-future": "the code was made at {0} and it is {1}; one of the two clocks is wrong",
  "code-long-lived": "the code claims to be valid for {0} s, longer than a code may be",
  "code-outside-certificate": "the code was made when its certificate was not valid",
  "code-better-than-floor": "the code is {1}, but the issuer says {0} or worse",
  "code-challenge": "the code does not answer this checkpoint's challenge; it may be a copy of a code shown elsewhere",
  "code-clock-off":
    "this checkpoint's clock is known to be wrong, and by it the code is not valid now; set the clock and scan again",
  "code-withdrawn":
    "the issuer has withdrawn this phone's certificate, by its list of {0}; its holder can ask for another",
  "code-no-status":
    "this checkpoint has no list of withdrawn certificates of that issuer and day; connect it to fetch one",
  "code-old-status":
    "this checkpoint's list of withdrawn certificates is of {0} and it is {1}; connect it to fetch a newer one",
  "code-grey": "the holder's phone could not decide a colour; it shows why",
  "qr-empty": "the text is empty",
  "qr-character": "character {0} is not in the alphanumeric set of QR codes",
  "qr-too-long": "{0} characters do not fit into a symbol of version {1} at level M",
  "qr-colour": "a colour must be written as #rrggbb",
  "qr-contrast": "the light colour reflects {0} % more than the dark one; at least {1} % is needed",
};

/** Where the codes of a family begin, by the number that the engine has for the family. */
const FAMILIES = {
  4938: 3,
  7851: 0,
  16899: 28,
  30936: 8,
  35127: 20,
  38357: 23,
  41404: 65,
  45026: 40,
  45040: 62,
  59008: 43,
  59687: 12,
  61980: 2,
  62113: 79,
  63122: 50,
  65325: 47,
};

const CODES = Object.keys(SENTENCES);

/** Every code of the engine's errors. */
export const codes = () => CODES;

/** The code of a number: the number of its family, and in the last eight bits its place among the codes of the family. */
export const code = (number) => CODES[FAMILIES[number >>> 8] + (number & 255)];

/** The message of a number. `{0}` stands for the first value of its error, and so on. */
export function sentence(number, values) {
  return SENTENCES[code(number)].replace(/\{(\d)\}/g, (_, at) => values[at]);
}
