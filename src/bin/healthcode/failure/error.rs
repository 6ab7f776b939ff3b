//! What only the tool can find wrong; everything else is the library's to say.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use healthcode::authoring::people::MarginalsError;
use healthcode::calendar::Time;
use healthcode::error::Coded;
use healthcode::limits::{BESIDE_BYTES, BESIDE_FILES};
use healthcode::place::Place;
use healthcode::trust::file::FileError;
use healthcode::trust::{KeyId, Kind};

/// What only the tool can find wrong; everything else is the library's to say.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    #[error("there is no such file")]
    FileMissing,
    #[error("this is a directory, but a file was expected")]
    Directory,
    #[error("it cannot be read: {0}")]
    Unreadable(io::Error),
    #[error("it cannot be written: {0}")]
    Unwritable(io::Error),
    #[error("it is larger than {limit} bytes, which is more than a file of its kind may have")]
    TooLarge { limit: usize },
    #[error("it is not text in UTF-8")]
    NotText,
    #[error("this is a secret key, but another text was expected")]
    KeyGiven,
    #[error("this is text, but a signed file was expected")]
    NotSigned,
    #[error("the file exists already, and a key is never overwritten")]
    Exists,
    #[error("this file is there and is no signed file: a key or a source is never overwritten")]
    WouldOverwrite,
    #[error("a {there} is there, and this {kind} is not another version or signature of it")]
    OtherFile { there: Kind, kind: Kind },
    #[error("this is a link to a file that is not there")]
    LeadsNowhere,
    #[error(
        "it has {there} signatures, of which the file to write in its place, with {new}, lacks {lost}: whoever made them would \
         have to sign again"
    )]
    WouldLoseSignatures { there: usize, new: usize, lost: usize },
    #[error("{error}; {}", .keys.join("; "))]
    WithoutEffect { error: FileError, keys: Vec<String> },
    #[error("it is dated in the future: it was issued at {issued}, and it would be published at {now}")]
    DatedAhead { issued: String, now: String },
    #[error(
        "of the roots that are given ({given}), {found} have signed the list and {needed} must{}{}",
        if *.stated { "" } else { " (--root-signers is not given, so all of them)" },
        if *.version > 1 { "; phones come to it from those roots by the lists in between" } else { "" }
    )]
    TooFewRoots { needed: u8, found: u8, given: usize, stated: bool, version: u32 },
    #[error(
        "this is not a key file: besides lines that begin with #, a key file has one line of 64 hexadecimal digits, or an Ed25519 key \
         in PEM"
    )]
    KeyFile,
    #[error("the secret key in it does not match its public key: the file is damaged")]
    KeyFileDamaged,
    #[error("the key is under a passphrase, and there is no terminal to ask for it: {0}")]
    NoPassphrase(io::Error),
    #[error("the passphrase is not the one of this key")]
    PassphraseWrong,
    #[error("the passphrase is too short: {least} characters at least")]
    PassphraseShort { least: usize },
    #[error("the two passphrases are not the same")]
    PassphraseOther,
    #[error("how its passphrase is used is not known here, or costs more than any key file may ask for")]
    PassphraseCost,
    #[error("key {key} is given twice, but a second signature by the same key does not count")]
    KeyTwice { key: KeyId },
    #[error("a {kind} has one signer, so no signature can be added to it")]
    OneSigner { kind: Kind },
    #[error(
        "the signers `{first}` and `{second}` look alike but would count as two: give the same owner the same name, and \
         different ones names that can be told apart"
    )]
    SignersLookAlike { first: String, second: String },
    #[error("{problem}")]
    List { problem: String },
    #[error("a {kind} is not published: give trust lists, rule packs and risk tables")]
    NotPublished { kind: Kind },
    #[error("there is no trust list among the files, nor in the folder, to say who may sign them")]
    NothingToTrust,
    #[error("trust list {version} is not the same as in {other}: a list that differs needs the next version")]
    OtherList { version: u32, other: String },
    #[error(
        "it is trust list {last}, but these of those before it are neither in the folder nor given: {missing}; phones that \
         know an earlier one ask for each on the way to it"
    )]
    ListsMissing { last: u32, missing: String },
    #[error(
        "trust list {version} has signatures of {found} of the roots that list {before} names, and needs {needed}: phones \
         that know list {before} would never take it"
    )]
    ListUnvouched { version: u32, before: u32, needed: u8, found: u8 },
    #[error("{kind} version {version} is given beside version {newer}, which takes its place at once: leave it out")]
    Superseded { kind: Kind, version: u32, newer: u32 },
    #[error(
        "version {seen} has been in force, and phones that have seen it will not apply version {version}; to take it back, \
         publish version {} of the rules",
        .seen.saturating_add(1)
    )]
    RulesOver { version: u32, seen: u32 },
    #[error("version {seen} of the {kind} has been published from here, and this is version {version}")]
    OlderVersion { kind: Kind, version: u32, seen: u32 },
    #[error(
        "version {version} of the {kind} has been published with other content{}: what differs needs the next version",
        .path.as_ref().map(|path| format!(", {path}")).unwrap_or_default()
    )]
    SameVersion { kind: Kind, version: u32, path: Option<String> },
    #[error("it expired at {expired}, and would take the place of version {version}, which is valid")]
    ExpiredReplacement { expired: String, version: u32 },
    #[error(
        "it names {files} files of {megabytes} MB that phones of one region would keep, and they keep {BESIDE_FILES}, of {} MB",
        BESIDE_BYTES >> 20
    )]
    MoreThanKept { files: usize, megabytes: usize },
    #[error("it would be issued at {issued}, before the manifest in the folder, which was issued at {last}")]
    IssuedBackwards { issued: String, last: String },
    #[error("version {version} of a {kind} is the last that there can be: no other could ever follow it")]
    NoVersionAfter { kind: Kind, version: u32 },
    #[error(
        "the table would have no rows: no place would be at any risk{}",
        if *.ended > 0 { "; the rows that there are ended before anything that rules look back to" } else { "" }
    )]
    EmptyTable { ended: usize },
    #[error("the list would have no tags: nobody would have been exposed at any venue")]
    EmptyExposures,
    #[error("this is not the master seed of a venue, a file made by `healthcode venue new`")]
    VenueFile,
    #[error(
        "a venue's name has 1 to {limit} bytes, no white space at its ends, and nothing that a reader does not see"
    )]
    VenueName { limit: usize },
    #[error("--to is not after --from")]
    VenueTimes,
    #[error(
        "line {line}, column {column}: the year {found} is far from {issued}, in which the table is issued; expected {first} to \
         {last}"
    )]
    Year { line: u64, column: &'static str, found: i64, issued: i64, first: i64, last: i64 },
    #[error("line {line}: {place} is the code of no place")]
    NoPlace { line: u64, place: Place },
    #[error("line {line}: {place} {problem}")]
    Edition { line: u64, place: Place, problem: String },
    #[error("line {line}: it marks {} as a whole", whole(*.place))]
    WholeProvince { line: u64, place: Place },
    #[error("version {version} of the manifest is not higher than that in the folder; the next is {next}")]
    ManifestVersion { version: u32, next: u32 },
    #[error("this is version {last} of the list, and version {version} does not follow it")]
    ListVersion { version: u32, last: u32 },
    #[error("key {key} is none of the roots, of this list or of those that are given: its signature would not count")]
    NoRoot { key: KeyId },
    #[error("version {last} of a manifest is the last that there can be: phones would refuse every one that follows")]
    LastVersion { last: u32 },
    #[error("this is no folder of its own, but a link or a file: files in it would be replaced and removed")]
    NotAFolder,
    #[error("this folder is published: the demo's secret keys have no place in it")]
    PublishedFolder,
    #[error("this is no file of its own, but a link, a pipe, a folder or the like")]
    NotAFile,
    #[error(
        "something else than trust list {version} is there: if phones may have seen it, it stays, and the list needs the next \
         version; if not, move it away"
    )]
    OtherInPlace { version: String },
    #[error("somebody else is publishing to it just now")]
    Publishing,
    #[error("it is damaged: it says which versions phones have seen of what was published from this folder")]
    SeenDamaged,
    #[error("the operating system gives no more threads: {0}")]
    NoThreads(io::Error),
    #[error("the operating system provides no random bytes: {0}")]
    NoRandomness(getrandom::Error),
    #[error("{0}")]
    Toml(String),
    #[error("{0}")]
    Marginals(MarginalsError),
    #[error("{what} contains the character {character}, which is invisible")]
    Unseen { what: String, character: String },
    #[error(
        "its content differs from that of {id} version {old}, but its version is {new}: it needs {} or more",
        .old.saturating_add(1)
    )]
    VersionNotHigher { id: String, old: u32, new: u32 },
    #[error("{} of its own test cases failed: {}", .failed.len(), .failed.join("; "))]
    CasesFail { failed: Vec<String> },
    #[error("it is not formatted as `rules fmt` would format it")]
    NotFormatted,
    #[error("{place}: {problem}")]
    Json { place: Position, problem: String },
    #[error("{at}: it is text neither in UTF-8 nor in GBK")]
    Encoding { at: String },
    #[error("it is a workbook as Excel wrote it before 2007")]
    SheetKind,
    #[error("it cannot be read as a workbook: {problem}")]
    Workbook { problem: String },
    #[error("say with --sheet which sheet is meant; it has these: {names}")]
    WhichSheet { names: String },
    #[error("it has more than {rows} rows, or as many merged cells")]
    SheetTooLarge { rows: usize },
    #[error("it has more than {cells} cells")]
    SheetTooManyCells { cells: usize },
    #[error("it is JSON, but not a list of objects")]
    JsonItems,
    #[error("{at}: it is not an object of texts and numbers")]
    JsonItem { at: String },
    #[error("no row near the beginning names a column with places")]
    SheetColumns,
    #[error("no column says {}, and neither does --{column}", if *.column == "from" { "when the rows begin" } else { "the level" })]
    SheetColumn { column: &'static str },
    #[error("{at}: the column `{column}` says the same as one before it")]
    SheetColumnTwice { at: String, column: String },
    #[error("{at}, column {column}: {problem}")]
    SheetCell { at: String, column: &'static str, problem: String },
    #[error(
        "the first row does not name the columns `name`, `place`, `code` and `candidates`, as an import writes them"
    )]
    DecidedColumns,
    #[error("there are no rows in any of the files")]
    NothingToImport,
    #[error("something is in this folder: what was decided there would be lost")]
    FolderInUse,
    #[error("the header line with the column names is missing")]
    CsvEmpty,
    #[error("it is about {}, and the manifest is for place {place} only", about(*.region))]
    FileOutside { region: Place, place: Place },
    #[error("line {line}: place {row} is not in place {place}, which the table is for")]
    RowOutside { line: u64, row: Place, place: Place },
    #[error("line {line}: there is no column `{column}`; the columns are place, level, from and to")]
    CsvColumn { line: u64, column: &'static str },
    #[error("line {line}: there are two columns `{column}`")]
    CsvColumnTwice { line: u64, column: &'static str },
    #[error("line {line}: {problem}")]
    CsvLine { line: u64, problem: String },
    #[error("line {line}, column {column}: {problem}")]
    CsvField { line: u64, column: &'static str, problem: String },
    #[error("it is a signed file, but there is no trust list to check its signers")]
    NoTrust,
    #[error("the line is longer than {limit} bytes")]
    LineTooLong { limit: usize },
    #[error("something else is there already, and is not written over")]
    InPlace,
    #[error(
        "{}it cannot be read as a Parquet file: {problem}",
        if *.row == 0 { String::new() } else { format!("after row {row}, ") }
    )]
    Parquet { row: u64, problem: String },
    #[error("the column `{column}` is {found}, but {expected} was expected")]
    ColumnType { column: &'static str, found: String, expected: &'static str },
    #[error("the column `{column}` is {found}: what has parts is given in JSON, in a column of texts")]
    ColumnNested { column: &'static str, found: String },
    #[error("there is no column `{column}`{}", if .there.is_empty() { String::new() } else { format!("; the columns are {there}") })]
    ColumnMissing { column: &'static str, there: String },
    #[error("the column `{column}` means nothing here; the columns are {expected}")]
    ColumnUnknown { column: String, expected: String },
    #[error("there are two columns `{column}`")]
    ColumnTwice { column: &'static str },
    #[error("row group {group}, which begins at row {row}, has {} MB, and at most {} MB are read", .bytes >> 20, .limit >> 20)]
    RowGroup { group: usize, row: u64, bytes: u64, limit: u64 },
    #[error("it has {found} row groups, and at most {limit} are read")]
    RowGroups { found: usize, limit: usize },
    #[error("the column `{column}` is null")]
    CellNull { column: &'static str },
    #[error("the text in the column `{column}` is longer than {limit} bytes")]
    CellTooLong { column: &'static str, limit: usize },
    #[error(
        "an exemption, a kind of test and a vaccine are named as ids are, by at most {limit} of the characters a to z, 0 to 9, _ and -, a letter first"
    )]
    Exemption { limit: usize },
    #[error("expected {expected}")]
    Number { expected: &'static str },
    #[error("expected an address with a port, such as 127.0.0.1:8080")]
    SocketAddress,
    #[error("expected a time such as 2020-01-23T10:00:00+08:00, or a date such as 2020-01-23")]
    Moment,
    #[error(
        "expected a time such as 2020-01-23T10:00:00+08:00, a date such as 2020-01-23, or `system` for this machine's clock"
    )]
    Clock,
    #[error("there is no such day or time, or its offset, such as +08:00, is missing")]
    NoSuchMoment,
    #[error("times are within the years 0001 to 9999, in China as in UTC")]
    OutsideYears,
    #[error("a decision also says what comes in the weeks after it, so its moment is before the year 9999")]
    NowTooLate,
    #[error(
        "a challenge has {least} to {limit} bytes, each written as two hexadecimal digits, or is the four decimal digits beside its \
         QR code"
    )]
    Challenge { least: usize, limit: usize },
    #[error(
        "{address} can be reached from other machines; the demo issuer certifies anybody, so it only serves this machine"
    )]
    NotLoopback { address: SocketAddr },
    #[error("the issuer refuses: {code}: {message}")]
    IssuerRefused { code: String, message: String },
    #[error("the issuer does not answer as one: {problem}")]
    IssuerAnswer { problem: String },
    #[error("expected an address of this machine, such as http://127.0.0.1:8090")]
    IssuerAddress,
    #[error("no row near the beginning names the columns {columns}")]
    PeopleColumns { columns: String },
    #[error("no column says: {missing}")]
    PeopleMissing { missing: String },
    #[error("{at}, column {column}: expected {expected}")]
    PeopleField { at: String, column: &'static str, expected: &'static str },
    #[error("{at}: the same person is in {before}")]
    PersonTwice { at: String, before: String },
    #[error("line {number} of the journal is not signed by {officer}")]
    JournalSigner { number: i64, officer: String },
    #[error("this is not the text of a health code whose certificate has a number")]
    NoNumberedCode,
    #[error("line {number} of the journal is not what was written then")]
    Journal { number: i64 },
    #[error("the journal ends with line {number}, and the line with the hash that was kept is not in it")]
    JournalCut { number: i64 },
    #[error(
        "the trust list that is published does not name key {key} for day certificates of a place that the rules are for"
    )]
    CertificateKey { key: KeyId },
    #[error("it is not the file that the manifest names")]
    UnlikeManifest,
    #[error("it has no key for EdDSA (OKP, Ed25519) or ES256 (EC, P-256)")]
    NoTokenKeys,
    #[error("{what}: {problem}")]
    Setting { what: &'static str, problem: String },
    #[error("a mailbox would have {entries} entries; raise `bits`, so that there are more mailboxes (docs/issuer.md)")]
    MailboxesFull { entries: usize },
    #[error("the mailboxes cannot be made")]
    Mailboxes,
    #[error(
        "what is published here is in a public log, and this would not be: phones that ask for proofs would take none of it"
    )]
    Unlogged,
    #[error("phones ask for one log, and for so many of some witnesses, three at most: the policy says something else")]
    PhonesPolicy,
    #[error("the mailboxes {}", since(*written))]
    MailboxesLate { written: Option<Time> },
    #[error("cannot listen on {address}: {error}")]
    Listen { address: SocketAddr, error: io::Error },
}

/// Since when nothing was written.
fn since(written: Option<Time>) -> String {
    written
        .map_or("have not been written yet".into(), |written| format!("have not been written since those of {written}"))
}

/// A region in words.
fn about(region: Place) -> String {
    if region == Place::COUNTRY { "the whole country".to_owned() } else { format!("place {region}") }
}

/// A province in words, or the country.
fn whole(place: Place) -> String {
    if place == Place::COUNTRY { "the country".to_owned() } else { format!("province {place}") }
}

/// Where in a JSON text something is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

impl CliError {
    /// The error for something that contains this character.
    pub(crate) fn unseen(what: impl Into<String>, character: char) -> Self {
        Self::Unseen { what: what.into(), character: character.escape_unicode().to_string() }
    }
}

impl Coded for CliError {
    fn code(&self) -> &'static str {
        match self {
            Self::FileMissing => "cli-file-missing",
            Self::IssuerRefused { .. } => "cli-issuer-refused",
            Self::IssuerAnswer { .. } => "cli-issuer-answer",
            Self::IssuerAddress => "cli-issuer-address",
            Self::PeopleColumns { .. } | Self::PeopleMissing { .. } => "cli-people-columns",
            Self::PersonTwice { .. } => "cli-people-twice",
            Self::JournalSigner { .. } => "cli-journal-signer",
            Self::NoNumberedCode => "cli-no-numbered-code",
            Self::PeopleField { .. } => "cli-people-field",
            Self::Journal { .. } => "cli-journal",
            Self::JournalCut { .. } => "cli-journal-cut",
            Self::UnlikeManifest => "cli-unlike-manifest",
            Self::CertificateKey { .. } => "cli-certificate-key",
            Self::NoTokenKeys => "cli-no-token-keys",
            Self::Setting { .. } => "cli-setting",
            Self::MailboxesFull { .. } => "cli-mailboxes-full",
            Self::Mailboxes => "cli-mailboxes",
            Self::Unlogged => "cli-publish-unlogged",
            Self::PhonesPolicy => "cli-phones-policy",
            Self::MailboxesLate { .. } => "cli-mailboxes-late",
            Self::Directory => "cli-file-directory",
            Self::Unreadable(_) => "cli-file-unreadable",
            Self::Unwritable(_) => "cli-file-unwritable",
            Self::TooLarge { .. } => "cli-file-too-large",
            Self::NotText => "cli-file-not-text",
            Self::KeyGiven => "cli-key-given",
            Self::NotSigned => "cli-file-not-signed",
            Self::Exists => "cli-file-exists",
            Self::WouldLoseSignatures { .. } => "cli-overwrite-signatures",
            Self::WithoutEffect { error, .. } => error.code(),
            Self::DatedAhead { .. } => "file-not-yet-issued",
            Self::TooFewRoots { .. } => "trust-other-roots",
            Self::WouldOverwrite | Self::OtherFile { .. } | Self::LeadsNowhere | Self::InPlace => "cli-overwrite",
            Self::KeyFile => "cli-key-file",
            Self::KeyFileDamaged => "cli-key-file-damaged",
            Self::NoPassphrase(_) => "cli-passphrase-missing",
            Self::PassphraseWrong => "cli-passphrase-wrong",
            Self::PassphraseShort { .. } => "cli-passphrase-short",
            Self::PassphraseOther => "cli-passphrase-other",
            Self::PassphraseCost => "cli-passphrase-cost",
            Self::KeyTwice { .. } => "cli-key-twice",
            Self::OneSigner { .. } => "cli-one-signer",
            Self::SignersLookAlike { .. } => "cli-signers-look-alike",
            Self::List { .. } => "cli-trust-list",
            Self::NotPublished { .. } => "cli-not-published",
            Self::NothingToTrust => "cli-nothing-to-trust",
            Self::OtherList { .. } => "cli-trust-list-differs",
            Self::ListsMissing { .. } => "cli-trust-lists-missing",
            Self::ListUnvouched { .. } => "cli-trust-list-unvouched",
            Self::Superseded { .. } => "cli-superseded",
            Self::RulesOver { .. } | Self::OlderVersion { .. } | Self::SameVersion { .. } => "file-rollback",
            Self::ExpiredReplacement { .. } => "file-expired",
            Self::MoreThanKept { .. } => "holder-too-many-files",
            Self::IssuedBackwards { .. } => "cli-issued-backwards",
            Self::NoVersionAfter { .. } => "cli-version-too-high",
            Self::EmptyTable { .. } => "cli-empty-table",
            Self::EmptyExposures => "cli-empty-exposures",
            Self::VenueFile => "cli-venue-file",
            Self::VenueName { .. } => "cli-venue-name",
            Self::VenueTimes => "cli-venue-times",
            Self::Year { .. } => "cli-risk-year",
            Self::NoPlace { .. } => "cli-place-unknown",
            Self::Edition { .. } => "cli-place-edition",
            Self::WholeProvince { .. } => "cli-whole-province",
            Self::ManifestVersion { .. } => "cli-manifest-version",
            Self::ListVersion { .. } => "cli-list-version",
            Self::NoRoot { .. } => "cli-no-root",
            Self::LastVersion { .. } => "cli-last-version",
            Self::NotAFolder => "cli-not-a-folder",
            Self::PublishedFolder => "cli-published-folder",
            Self::NotAFile => "cli-not-a-file",
            Self::OtherInPlace { .. } => "cli-trust-list-in-place",
            Self::Publishing => "cli-publishing",
            Self::SeenDamaged => "cli-seen-damaged",
            Self::NoThreads(_) => "cli-no-threads",
            Self::NoRandomness(_) => "cli-no-randomness",
            Self::Toml(_) => "cli-toml",
            Self::Marginals(_) => "cli-marginals",
            Self::Unseen { .. } => "cli-unseen-character",
            Self::VersionNotHigher { .. } => "pack-version-not-higher",
            Self::CasesFail { .. } => "pack-cases-fail",
            Self::NotFormatted => "pack-not-formatted",
            Self::Json { .. } => "cli-json",
            Self::FileOutside { .. } | Self::RowOutside { .. } => "file-out-of-place",
            Self::Encoding { .. } => "cli-encoding",
            Self::SheetKind | Self::Workbook { .. } => "cli-workbook",
            Self::WhichSheet { .. } => "cli-sheet",
            Self::SheetTooLarge { .. } => "cli-too-many-rows",
            Self::SheetTooManyCells { .. } => "cli-too-many-cells",
            Self::JsonItems | Self::JsonItem { .. } => "cli-json-items",
            Self::SheetColumns | Self::SheetColumn { .. } | Self::DecidedColumns => "cli-columns",
            Self::SheetColumnTwice { .. } | Self::ColumnTwice { .. } => "cli-column-twice",
            Self::SheetCell { .. } => "cli-cell",
            Self::NothingToImport => "cli-nothing-to-import",
            Self::FolderInUse => "cli-folder-in-use",
            Self::CsvEmpty => "cli-csv-empty",
            Self::CsvColumn { .. } => "cli-csv-column",
            Self::CsvColumnTwice { .. } => "cli-csv-column-twice",
            Self::CsvLine { .. } => "cli-csv-line",
            Self::CsvField { .. } => "cli-csv-field",
            Self::NoTrust => "cli-no-trust",
            Self::LineTooLong { .. } => "cli-line-too-long",
            Self::Parquet { .. } => "cli-parquet",
            Self::ColumnType { .. } => "cli-column-type",
            Self::ColumnNested { .. } => "cli-column-nested",
            Self::ColumnMissing { .. } => "cli-column-missing",
            Self::ColumnUnknown { .. } => "cli-column-unknown",
            Self::RowGroup { .. } | Self::RowGroups { .. } => "cli-row-group",
            Self::CellNull { .. } => "cli-cell-null",
            Self::CellTooLong { .. } => "cli-cell-too-long",
            Self::Exemption { .. } => "cli-exemption",
            Self::Number { .. } => "cli-number",
            Self::SocketAddress => "cli-socket-address",
            Self::Clock | Self::Moment | Self::NoSuchMoment => "cli-time",
            Self::OutsideYears | Self::NowTooLate => "cli-time-outside-years",
            Self::Challenge { .. } => "cli-challenge",
            Self::NotLoopback { .. } => "cli-not-loopback",
            Self::Listen { .. } => "cli-listen",
        }
    }
}
