//! Every limit on untrusted input, as a named constant with the reason for its value.

/// Bytes of a signed file: the nationwide risk table of December 2022, with its history, took 717 kB; this is ten times
/// that.
pub const FILE_BYTES: usize = 8 << 20;

/// Signatures on one file: the emergency lane needs three; the rest leaves room for key changes.
pub const SIGNATURES: usize = 8;

/// Nesting depth of CBOR items: an expression of [`EXPRESSION_DEPTH`] takes two for each level, in a pack that is six
/// deep.
pub const CBOR_DEPTH: u8 = 112;

/// Rows of a risk table: one for each of China's 620,573 communities, with room for a second window for over half of
/// them.
pub const RISK_ROWS: usize = 1_000_000;

/// Rows of one place in a risk table: two changes a day for as long as visits are kept. Each visit is compared with the
/// rows of its place and of those that contain it, so this bounds an assessment's time and memory.
pub const RISK_ROWS_OF_A_PLACE: usize = 128;

/// Rows of a risk table from one mark to the next: looking up a place reads at most so many that are of others, and the marks
/// of the nationwide table take a quarter of a megabyte.
pub const MARKED_ROWS: usize = 64;

/// Rows inside the place of a visit that are looked at: more than any county had listed in December 2022. Where there are
/// more, nobody can be asked which of them it was.
pub const RISK_ROWS_INSIDE: usize = 1_024;

/// Places that a visit is said not to have been in: as many as can be asked about.
pub const NOT_IN: usize = 256;

/// Unclear visits that an assessment names: more than anybody reads on a page.
pub const UNCLEAR_VISITS: usize = 8;

/// Versions of a risk table from each of which a publisher makes a delta to the newest: a week of one every three hours. What was
/// seen longer ago is fetched whole.
pub const DELTAS: usize = 60;

/// Places without risk data that an assessment names: more than anybody reads on a page.
pub const PLACES_WITHOUT_RISK: usize = 8;

/// Bytes of one text answer, or of a question's id: a place code has 12, an option's id a few dozen.
pub const ANSWER_BYTES: usize = 256;

/// Trips in one answer: about twice as many as two a day for the usual window of 14 days.
pub const TRIPS: usize = 60;

/// Moments that a forecast evaluates: a month of half hours and a thousand more. It then stops and says how far it
/// looked.
pub const FORECAST_MOMENTS: usize = 2_500;

/// How deep an expression may nest. An operation takes two levels of JSON and common JSON readers stop at 128 levels:
/// 48 leaves them room for what a file wraps around a rule. Published rules reach about 10.
pub const EXPRESSION_DEPTH: usize = 48;

/// How many operations and literals one expression may have. The longest published rules have about 200; lists of
/// places written into a rule are why this is twenty times that.
pub const EXPRESSION_NODES: usize = 4_096;

/// How long the readable text of one expression may be, in bytes: the largest expression with long names fits. Parsing
/// time is linear in it.
pub const EXPRESSION_TEXT: usize = 256 * 1_024;

/// How deep the facts that rules read may nest. The documented facts need 4 levels; the limit bounds stack use.
pub const VALUE_DEPTH: usize = 32;

/// How many steps one assessment may take: operations of expressions, rows of risk tables, visits and reports that are
/// counted, options that are compared. The packs here take less than half of it with a log and a table as full as they
/// can be, and a fortieth with ordinary ones. What takes all of it is to end within 50 ms where the engine is JavaScript:
/// `benches/slices` shows how long it takes.
pub const EVALUATION_STEPS: u32 = 150_000;

/// How many steps all assessments of one forecast may take together, once with and once without new reports: enough for
/// two hundred of the costliest, four hundred with a full log, or thousands of ordinary ones. It then stops and says how
/// far it looked.
pub const FORECAST_STEPS: u32 = 30_000_000;

/// How many steps a forecast takes at a stretch where it is made in slices: one assessment more can come on top.
pub const FORECAST_SLICE_STEPS: u32 = EVALUATION_STEPS / 4;

/// Bytes of a shipped rule pack: the largest in this repository takes 15 kB, and 256 rules with texts about 200 kB.
pub const PACK_BYTES: usize = 1 << 18;

/// How many of each a pack may have of questions, measures, bands, courses, rules and grounds, and a question of options: the
/// largest known packs have about 60 rules.
pub const PACK_ITEMS: usize = 256;

/// How many options of a pack may say that the person does not know.
pub const PACK_UNSURE: usize = 16;

/// How often a pack's clock may change: twice a year, for longer than any pack is in force.
pub const OFFSET_CHANGES: usize = 16;

/// Steps of a course or a band: five times as many as any known one has.
pub const PACK_STEPS: usize = 16;

/// Bytes of one text of a pack: more than fills a phone's screen.
pub const PACK_TEXT: usize = 2_000;

/// Languages of a pack beside Chinese and English: as many as a large arrivals hall has signs in.
pub const PACK_LANGUAGES: usize = 16;

/// Bytes of a language's tag: those that RFC 5646 (section 4.4.1) advises room for.
pub const LANGUAGE_TAG_BYTES: usize = 35;

/// Bytes of an id in a pack: a few words.
pub const PACK_ID_BYTES: usize = 64;

/// Bytes of the address of a ground: addresses of authorities' notices have up to about 150.
pub const PACK_URL_BYTES: usize = 512;

/// Bytes of a number's unit in a pack, such as `°C`.
pub const PACK_UNIT_BYTES: usize = 16;

/// Decimal places of a number: answers are stored in thousandths.
pub const NUMBER_DECIMALS: u8 = 3;

/// The bounds of a number, without its decimal point, lie between this and its negative: far more than anything that
/// people measure of themselves.
pub const NUMBER_MAX: i64 = 1_000_000_000;

/// Days that a pack may look back: twice the longest known quarantine.
pub const WINDOW_DAYS: i64 = 60;

/// Days for which emergency rules may be valid: unless confirmed, they revert automatically.
pub const EMERGENCY_DAYS: i64 = 7;

/// How many different people must sign emergency rules, which nobody has announced.
pub const EMERGENCY_SIGNERS: u8 = 3;

/// Days that emergency rules may be signed ahead of their beginning: three people have to be found.
pub const EMERGENCY_AHEAD_DAYS: i64 = 1;

/// Bytes of a trust list or a manifest: twice as many as one with all the keys or files takes that it may have.
pub const LIST_BYTES: usize = 1 << 20;

/// Days for which a trust list may be valid: its roots are offline and sign once a year, with a month to be late in.
pub const TRUST_LIST_DAYS: i64 = 400;

/// Hours for which a manifest may be valid: three days without any publishing, so that a weekend leaves nobody without a
/// code, and whoever is kept from newer ones notices.
pub const MANIFEST_HOURS: i64 = 72;

/// Hours after which a manifest is stale: one is published every hour, and a night without a network is common.
pub const MANIFEST_STALE_HOURS: i64 = 12;

/// Days for which rules that were announced ahead may be valid: a year, and the time for which they were announced.
pub const RULE_PACK_DAYS: i64 = 400;

/// Days for which a risk table may be valid: tables change daily or weekly; after a month nobody knows anything.
pub const RISK_TABLE_DAYS: i64 = 31;

/// Calendar years before the one of its issue that a row of a risk table may begin or end in: no place was marked for longer,
/// and one wrong digit is at least ten years off, or ahead.
pub const RISK_YEARS_BEFORE: i64 = 5;

/// Calendar years after the one of its issue that a row of a risk table may end in: an end is planned weeks ahead.
pub const RISK_YEARS_AFTER: i64 = 1;

/// Days for which an exposure list may be valid, as a risk table.
pub const EXPOSURE_LIST_DAYS: i64 = RISK_TABLE_DAYS;

/// Tags of an exposure list: 10,000 quarters of an hour at venues a day, more than any province published, for as long as the
/// longest window of a pack has.
pub const EXPOSURE_TAGS: usize = 600_000;

/// Hours for which a venue's code may be in force: a printed sheet's day. A screen shows a new one every quarter of an hour.
pub const VENUE_CODE_HOURS: i64 = 24;

/// Bytes of a venue's name: twenty Chinese characters, so that its code is no larger than a health code's.
pub const VENUE_NAME_BYTES: usize = 60;

/// Characters of a venue's code after its prefix: one with the longest name and a place of twelve digits has 359.
pub const VENUE_TEXT: usize = 512;

/// Quarters of an hour of one stay at a venue whose tags are looked up: two days, because a seed is of one day, and its tags are
/// published until the end of the next at the latest.
pub const VENUE_QUARTERS: u64 = 192;

/// Tags that a phone looks up in exposure lists: all quarters of an hour of the days for which it keeps visits, and one more for
/// each of two thousand visits, which begin and end in the middle of one.
pub const VENUE_CHECKS: usize = 8_192;

/// Days for which a record may be valid: the longest quarantine, and then it has to be confirmed.
pub const RECORD_DAYS: i64 = 31;

/// Root keys that an app may pin, or a trust list name: people who hold one each.
pub const ROOTS: usize = 16;

/// Keys of a trust list: one signer of each kind for each of the 31 provinces and 333 prefectures.
pub const TRUSTED_KEYS: usize = 2_048;

/// Bytes of a signer's name: a long name of an authority in Chinese or English.
pub const SIGNER_BYTES: usize = 120;

/// Files that a manifest may name: rules in force and to come, and a table, for each of 31 provinces and 333 prefectures.
pub const NAMED_FILES: usize = 1_024;

/// Files that a phone keeps at a time: a table for each province, and several packs.
pub const KEPT_FILES: usize = 65;

/// Packs and tables that a phone keeps side by side, of those: the rest is for the list, the manifest and what is its own.
pub const BESIDE_FILES: usize = 60;

/// Bytes of all of them together, of those of a phone's stored state: three tables of the size that one may have, or one of
/// every province of an eighth of that.
pub const BESIDE_BYTES: usize = 3 * FILE_BYTES;

/// Manifests that a checkpoint keeps: the country's, one of each of 31 provinces, and those of its own prefecture and
/// county.
pub const KEPT_MANIFESTS: usize = 34;

/// Versions that are remembered, of each kind and region that was ever met. A phone meets few; whoever publishes for the whole
/// country has rules, emergency rules and a table for each of 31 provinces and 333 prefectures, and must not forget them when
/// they are withdrawn.
pub const SEEN_VERSIONS: usize = 2_048;

/// Bytes of a masked name: three initials, or four Chinese characters; more would make the QR larger than version 13.
pub const NAME_BYTES: usize = 12;

/// Bytes of a letter with its marks in a masked name, which may have three stars before it: a letter of Tibetan and two marks.
pub const MARKED_BYTES: usize = NAME_BYTES - 3;

/// Characters of an identity document's number in a certificate: enough to compare, too few to find it.
pub const DOCUMENT_CHARACTERS: usize = 4;

/// Bytes of the ground for a floor: the longest name of a status has 18, and the QR has little room.
pub const GROUND_BYTES: usize = 18;

/// Bits of a mailbox's number: a million of them for everybody in the world leave eight thousand people to each.
pub const MAILBOX_BITS: u8 = 20;

/// Entries of a mailbox, with those that fill it up: 64 kB. Whoever lists more people has more mailboxes.
pub const MAILBOX_ENTRIES: usize = 1_024;

/// Seconds after which what a mailbox says is too old to learn from: it is written every three minutes, and whatever stands
/// between an issuer and a phone may keep it for some.
pub const MAILBOX_SECONDS: i64 = 3_600;

/// Hours for which a day certificate may be valid: a day, and another for phones that were switched off.
pub const CERTIFICATE_HOURS_MAX: u8 = 48;

/// Bytes of a status list: one of 25 million certificates of which a hundredth is withdrawn has 350,000.
pub const STATUS_FILE_BYTES: usize = 512 << 10;

/// Bytes of a status list's array: a bit for each phone of the largest city, of 25 million people.
pub const STATUS_ARRAY_BYTES: usize = 4 << 20;

/// Withdrawn certificates in one list: a hundredth of those.
pub const STATUS_WITHDRAWN: usize = 1 << 18;

/// Seconds after which a checkpoint with a network asks for a newer status list.
pub const STATUS_SECONDS: u32 = 900;

/// Hours for which a checkpoint without a network goes by a status list: a day's work, and the night before it.
pub const STATUS_HOURS: i64 = 24;

/// Days whose certificates may be valid at one moment: today, and those before of which [`CERTIFICATE_HOURS_MAX`] are not over.
pub const STATUS_DAYS: i64 = 3;

/// Status lists that a checkpoint keeps: of each day that counts those of as many issuers as there may be manifests.
pub const KEPT_STATUS_LISTS: usize = 3 * KEPT_MANIFESTS;

/// Maximum age of a certificate request, in seconds: allows for a poor network.
pub const REQUEST_SECONDS: i64 = 300;

/// Tests, vaccinations and exemptions in a record, each: a test a day for two months. What conditions read of them is made anew at each
/// moment that is looked at.
pub const RECORD_LIST: usize = 64;

/// Day keys that a phone keeps whose certificates have not come: as many as requests may be on their way at once, or get
/// lost one after another while the issuer still answers an earlier one.
pub const PENDING_DAY_KEYS: usize = 4;

/// Bytes of a certificate request that an issuer reads: a request has about 330.
pub const REQUEST_BYTES: usize = 2_048;

/// Seconds for which a code may be valid: CoronaCheck's proven setting.
pub const CODE_SECONDS: u16 = 60;

/// Seconds by which the clocks of a phone and a checkpoint may differ: CoronaCheck warned at 30 s.
pub const CODE_SKEW_SECONDS: i64 = 30;

/// Seconds by which a clock may be behind the clock of a file's signer: offline phones drift further than the 30 s at
/// which CoronaCheck warned.
pub const CLOCK_SKEW_SECONDS: i64 = 120;

/// Bytes of a challenge, or of a venue's tag, in a code: no more, for the QR's sake.
pub const CHALLENGE_BYTES: usize = 8;

/// Bytes of a challenge at least: one in four thousand million is not met again in the minute for which a code is valid.
pub const CHALLENGE_BYTES_MIN: usize = 4;

/// Bytes of a code's text: the longest code has less than the 483 alphanumeric characters of version 13 at level M; this
/// leaves room for signed test results.
pub const CODE_TEXT: usize = 840;

/// Bytes of a scanned text: percent-encoding writes each character of a code as three at most.
pub const SCANNED_TEXT: usize = 3 * CODE_TEXT;

/// The highest QR version that is drawn: 97 modules a side, 970 characters at level M. A code with a day certificate
/// needs version 13 and one with a test result 15. Readers need 2.5 to 3 pixels per module, so a much larger symbol
/// cannot be read from a phone's screen.
pub const QR_VERSION_MAX: u8 = 20;

/// The minimum difference, in percent, between the reflectance of light and dark modules: the symbol contrast of grade
/// B in ISO/IEC 15415, so that the code is readable even on a dim or scratched screen.
pub const QR_CONTRAST_MIN: u32 = 55;

/// How many times as much memory as in the file the rest of what is signed takes: expressions are the worst, a list of
/// their own for each operation of four bytes.
const MEMORY_OF_A_BYTE: usize = 64;

/// How much memory it takes at most to open a file of that many bytes and to store it: a risk table stays as it is, with a
/// mark of 32 bytes for every 64 rows, which have three bytes or more; what only files as small as a pack can have takes more.
#[must_use]
pub const fn memory_to_open(bytes: usize) -> usize {
    let table = bytes + bytes / 4;
    let small = if bytes < PACK_BYTES { bytes } else { PACK_BYTES } * MEMORY_OF_A_BYTE;
    memory_to_copy(bytes) + if table < small { small } else { table }
}

/// How much memory it takes at most to open a status list of that many bytes: DEFLATE makes at most 1,032 bytes of one, and twice as
/// many are there while the array grows.
#[must_use]
pub const fn memory_for_statuses(bytes: usize) -> usize {
    let array = bytes * 1_032;
    memory_to_copy(bytes) + 2 * if array < STATUS_ARRAY_BYTES { array } else { STATUS_ARRAY_BYTES }
}

/// How much memory it takes at most to load a file of that many bytes: it, and after a trust list or a manifest as much as
/// opening again what is stored. Whatever is longer than these can be, with its signatures, is neither of them.
#[must_use]
pub const fn memory_to_load(bytes: usize, after: usize) -> usize {
    memory_to_open(bytes) + if bytes / 2 > LIST_BYTES { 0 } else { after }
}

/// How much memory it takes at most to write that many bytes, or to take in their parts: a buffer that grows by doubling,
/// while the one before it is still there.
#[must_use]
pub const fn memory_to_copy(bytes: usize) -> usize {
    3 * bytes
}

/// How much memory it takes at most to hand over what takes that many bytes where it is stored, such as the diary: a place of
/// nine bytes becomes a text in a list of its own.
#[must_use]
pub const fn memory_to_tell(bytes: usize) -> usize {
    8 * bytes
}

/// Days for which a phone keeps reports and visits: the longest window that a pack may have, plus one day.
pub const RETENTION_DAYS: i64 = WINDOW_DAYS + 1;

/// Letters of a purpose.
pub const PURPOSE_LETTERS: usize = 12;

/// Regions and purposes that a phone keeps rules for: the person's own, and those of a hospital, a school, a journey and who
/// they look after.
pub const RULES_KEPT: usize = 8;

/// Reports that a phone keeps: four a day for as long as any rule can read them.
pub const REPORTS: usize = 256;

/// Visits that a phone keeps: thirty a day for as long as any rule can read them.
pub const DIARY_VISITS: usize = 2_000;

/// Corrections that a phone keeps: four a day for a week of slips, or one a day for as long as any rule can read what they
/// correct. Whoever needs more is trying out what makes the code green.
pub const CORRECTIONS: usize = 64;

/// Hours for which an entry may be corrected if the rules do not say: until the next daily report, when whoever looks at a
/// thermometer again sees what they wrote.
pub const CORRECT_WITHIN_HOURS: i64 = 24;

/// Bytes of a phone's stored state: the log and the five files that a phone keeps, each of maximum size.
pub const STATE_BYTES: usize = 8 * FILE_BYTES;

/// Bytes of one line of JSON: the facts of a person with a year of diary take some ten thousand.
pub const LINE_BYTES: usize = 1 << 20;

/// Bytes of a row group of a Parquet file before compression, which no page of it exceeds: programs write 128 MB or a million rows,
/// of which each has a few hundred bytes here.
pub const ROW_GROUP_BYTES: u64 = 1 << 30;

/// Row groups of a Parquet file, which are listed in memory: a thousand of usual size are 100 GB.
pub const ROW_GROUPS: usize = 1 << 16;

/// Bytes of the name of a log or a witness: a long domain and a path.
pub const LOG_NAME_BYTES: usize = 255;

/// Bytes of a signed note: sixteen signatures that withstand quantum computers, of 3.3 kB each, beside the text.
pub const NOTE_BYTES: usize = 1 << 16;

/// Signatures on a note: C2SP asks for 16 at least; a policy has at most twice as many witnesses.
pub const NOTE_SIGNATURES: usize = 32;

/// Hashes on a way through a log's tree: as many as a tree of 2^63 leaves is high.
pub const LOG_PATH: usize = 63;

/// Bytes of a proof that something was logged: a note, the longest way to it, and something that it brings along.
pub const LOG_PROOF_BYTES: usize = NOTE_BYTES + (1 << 13);

/// Bytes of a leaf of a log, whose length has two bytes (C2SP tlog-tiles).
pub const LOG_ENTRY_BYTES: usize = 65_535;

/// Pairs of place and ground in a day's restrictions, so that they fit a leaf: a ground in each of the 333 prefectures.
pub const DAY_COUNTS: usize = 512;

/// Signed steps of a further authority in an entry about a day, so that they fit a leaf beside the counts; there may be several entries.
pub const DAY_ENDORSEMENTS: usize = 16;

/// Bytes of such a step: as many as an officer's step has at most.
pub const ENDORSEMENT_BYTES: usize = 2_048;

/// Restrictions of one day: one per cent of 1.4 thousand million people are told in two weeks.
pub const DAY_RESTRICTIONS: usize = 1_000_000;

/// Bytes of a log's policy: its items with addresses, and comments.
pub const POLICY_BYTES: usize = 1 << 16;

/// Logs, witnesses and groups of a policy, each: as many as C2SP recommends.
pub const POLICY_ITEMS: usize = 32;

/// Witnesses who must have cosigned what a phone takes: with the log's own, a proof has four signatures to verify at most. Above a cap the
/// steps of an entry come to that, each against the keys of further authorities.
pub const PHONE_WITNESSES: usize = 3;

/// Bytes of a proof as phones have it: the longest way, and as many signatures as a note has.
pub const SHORT_PROOF_BYTES: usize = 8 << 10;

/// Seconds by which a witness's clock may be ahead of the one that a proof is checked by: whoever is offline drifts, and a
/// witness's clock is kept right.
pub const LOG_AHEAD_SECONDS: i64 = 600;

/// Bytes of a request to a witness: a note and the longest way to it.
pub const WITNESS_REQUEST_BYTES: usize = LOG_PROOF_BYTES;

/// Connections that the demo server keeps open: a browser opens six, and each may need a second file, while a process on
/// macOS may by default have 256.
pub const SERVER_CONNECTIONS: usize = 100;

/// Connections that an issuer keeps open: with its files and its database it stays below the 1,024 that systems allow a process.
pub const ISSUER_CONNECTIONS: usize = 800;

/// Seconds in which the demo server must have the head of a request, whether it is sent slowly or not at all.
pub const SERVER_HEAD_SECONDS: u64 = 10;

/// Seconds in which the demo server must have the rest of a request, and its answer to it: a request has 2 kB.
pub const SERVER_ANSWER_SECONDS: u64 = 10;

/// Seconds for which the demo server waits for a client that takes nothing of an answer.
pub const SERVER_WRITE_SECONDS: u64 = 10;

/// Bytes of a request's path and query for the demo server: its own have some twenty, a browser's page some fifty.
pub const SERVER_PATH_BYTES: usize = 2_048;

/// Bytes of a request's headers for the demo server: browsers send under 2 kB, and cookies of whatever else was on this
/// host before.
pub const SERVER_HEADER_BYTES: usize = 16 << 10;

/// Bytes of a request's head that the demo server keeps to find out what is too long in it: 64 kB of path, and as much more.
pub const SERVER_HEAD_BYTES: usize = 128 << 10;
