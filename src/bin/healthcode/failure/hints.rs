//! What to do about a fault.

use std::sync::OnceLock;

/// What to do about it, for the codes whose sentence does not say so already. Of several for one code the first is given
/// whose options the command has.
const HINTS: &[(&str, &str)] = &[
    ("cli-file-missing", "check the path"),
    ("cli-file-unwritable", "nothing has changed: make room, or see who may write there, and repeat"),
    ("cli-key-given", "keys are given with --key; check the path of the source"),
    ("cli-key-given", "check the path"),
    ("cli-file-directory", "give a file in it"),
    ("cli-file-too-large", "check that it is the file that is meant"),
    ("cli-key-twice", "leave one of them out; another signer has a key of their own"),
    (
        "cli-not-published",
        "leave it out: `publish` makes the manifest, and what is about one person is for their phone alone",
    ),
    ("cli-manifest-version", "leave out --version: then it is the next"),
    ("cli-list-version", "give the version that is next: phones keep the list that they have seen first"),
    ("cli-no-root", "sign with the key of a root, which `healthcode inspect` shows"),
    ("cli-csv-field", "`healthcode risk build --help` shows what rows look like"),
    ("cli-file-exists", "choose another name with --out, or move the old key away if it is no longer needed"),
    ("cli-overwrite", "choose another name with --out, or move the file away if it is no longer needed"),
    (
        "cli-overwrite-signatures",
        "choose another name with --out, or remove the file if its signatures are not wanted any more",
    ),
    (
        "cli-parquet",
        "check that it was copied whole; it may be compressed in a way that is not read: snappy, gzip and zstd are",
    ),
    ("cli-column-type", "cast it where the file is written"),
    ("cli-column-nested", "write it as text, with `to_json` in Spark and in DuckDB"),
    ("cli-column-unknown", "leave it out where the file is written; `id` comes back with the answer"),
    ("cli-row-group", "write the file with smaller row groups: 128 MB or a million rows are usual"),
    ("cli-key-file", "make a key with `healthcode keys new`, or check that the path is that of a secret key"),
    (
        "cli-key-file-damaged",
        "restore the file from its backup; if there is none, make a new key and replace it in the trust list",
    ),
    ("cli-passphrase-missing", "name a file whose first line it is in HEALTHCODE_PASSPHRASE_FILE"),
    (
        "cli-passphrase-wrong",
        "check the language of the keyboard; without the passphrase, a key has to be replaced in the trust list",
    ),
    ("cli-passphrase-short", "several words that nobody else has put together are easier to keep in mind than signs"),
    ("cli-passphrase-other", "try again: nothing has been written"),
    ("cli-passphrase-cost", "write it anew: `openssl pkcs8 -topk8 -scrypt`"),
    ("cli-one-signer", "certificates and codes have one signature each"),
    ("cli-nothing-to-trust", "give the trust list with the other files when you publish for the first time"),
    ("file-out-of-place", "give a --place that contains it, or take out what lies outside"),
    ("file-out-of-place", "sign it for a place that contains all that it is about, or take out what lies outside"),
    ("file-long-lived", "give an earlier --expires, or a shorter --valid"),
    ("file-long-lived", "give a shorter --valid"),
    ("file-long-lived", "set `valid-until` to an earlier time"),
    ("file-rollback", "give the current file, or leave it out"),
    ("cli-issued-backwards", "leave out --issued: then it is issued now"),
    ("cli-version-too-high", "check the version: it is usually one more than the last"),
    ("cli-encoding", "save it as CSV in UTF-8, or as XLSX"),
    ("cli-workbook", "save it as XLSX, or as CSV in UTF-8"),
    ("cli-not-a-log", "check the path; `healthcode log init` begins a log"),
    ("cli-log-in-place", "a log is begun once: `healthcode log append` adds to it"),
    ("cli-log-busy", "wait until that has ended, and repeat"),
    (
        "cli-log-other-history",
        "stop: on an old copy nothing may be signed; put the newest copy of the log's folder back, whole (docs/log.md)",
    ),
    ("cli-log-folder", "give a folder that is empty, or is not there yet"),
    ("cli-log-day-twice", "what was logged stays; of a correction, the records themselves tell"),
    ("cli-log-day-ahead", "check --date"),
    ("cli-log-ground", "correct the list, or log the rules first that list it: `healthcode log append`"),
    ("cli-log-proofs-lapsed", "run `healthcode log day --issuer` with this policy first: it proves them anew"),
    (
        "cli-log-unfounded",
        "look at it: who else can write to the database? What is right is logged all the same, and this acts nowhere",
    ),
    ("cli-log-secret", "make another with `healthcode keys new`"),
    ("cli-witness-busy", "stop it first; two that know nothing of each other can be shown two trees"),
    ("cli-log-policy", "give it with --policy, or lay it into the log's folder as `policy`"),
    (
        "log-too-few-witnesses",
        "what was added is kept, and nobody is shown it yet: repeat this when the witnesses answer",
    ),
    ("cli-columns", "`healthcode risk import --help` shows how columns are named"),
    ("cli-folder-in-use", "give another folder with --out"),
    (
        "cli-place-unknown",
        "correct the code; of a place that is newer than this tool, give code and name in a file with --places",
    ),
    (
        "cli-place-edition",
        "give codes that are in force for all of the row's time, as `healthcode risk import` finds them by name; end a row with its \
         code, and go on with rows of what is there then",
    ),
    ("cli-risk-year", "correct the year; or give --issued, if the table is of another time"),
    ("cli-whole-province", "name the places in it that are meant, or name it with --whole-province if all of it is"),
    ("cli-empty-table", "if this is meant, say so with --empty"),
    ("cli-empty-exposures", "if this is meant, say so with --empty"),
    (
        "trust-other-roots",
        "have another root sign it with `healthcode countersign`, or compare --root with the keys that signed it, which \
         `healthcode inspect` shows",
    ),
    ("cli-trust-list-differs", "build and sign it again with the next version"),
    ("cli-trust-lists-missing", "give them too, or build the list again with the version that is next"),
    ("cli-trust-list-unvouched", "have roots of the list before it sign it with `healthcode countersign`"),
    ("cli-superseded", "give one version of it; only rules that are announced stand beside those in force"),
    (
        "cli-last-version",
        "list a new key for manifests and drop the old one with the next trust list: phones then forget the versions that the old \
         one vouched for, and the next manifest is version 1",
    ),
    ("cli-not-a-folder", "publish to a folder that holds nothing else, and copy or link that as a whole"),
    ("cli-published-folder", "give another folder with --data"),
    ("cli-not-a-file", "remove it, or put the file itself in its place"),
    ("cli-publishing", "wait until it has ended, then publish again"),
    ("cli-no-threads", "give a lower --threads, or end other programs"),
    (
        "cli-seen-damaged",
        "restore it from a backup; without one, remove it: then it is up to you to give every file a version that is higher than \
         any that was published",
    ),
    ("trust-own-roots", "have the roots that the list names sign it with `healthcode countersign`"),
    ("cli-csv-column", "the first line names the columns: place,level,from,to; others may follow and are ignored"),
    ("cli-csv-empty", "the first line names the columns: place,level,from,to; others may follow and are ignored"),
    ("cli-file-not-signed", "`healthcode sign` turns a source into a signed file"),
    ("cli-no-trust", "give the trust list with --trust, and with --root the public key that signed it"),
    ("cli-not-loopback", "listen on 127.0.0.1 or [::1]; a public issuer needs more than an address"),
    ("cli-issuer-address", "give the issuer on this machine, or the near end of a tunnel to it (docs/issuer.md)"),
    (
        "cli-people-columns",
        "`healthcode officer propose --help` shows how columns are named, in English and in Chinese",
    ),
    (
        "cli-journal-signer",
        "see that the file has all officers, those who have left as well; then keep the database as it is, and ask who wrote it",
    ),
    ("cli-journal", "keep the database as it is, and compare with a backup and with what officers have kept"),
    ("cli-journal-cut", "keep the database as it is, and compare with a backup and with what officers have kept"),
    ("cli-database-away", "check that the database runs, and its URL"),
    ("cli-unlike-manifest", "publish again into the folder, or copy it as a whole"),
    (
        "cli-certificate-key",
        "phones refuse what it signs: publish a trust list that names it, or give the key that is listed as `certificates`",
    ),
    (
        "cli-database-none",
        "if there was one, put it back, because an empty one frees everybody; `healthcode issuer --init` makes the first",
    ),
    (
        "cli-database-clock",
        "set this machine's clock by the network: what an issuer signs with a wrong clock, phones do not take",
    ),
    (
        "cli-publish-unlogged",
        "name the log with --log and --log-key; where a log is no longer kept, remove the folder `proofs` first",
    ),
    (
        "cli-phones-policy",
        "give phones a policy of one log and of `quorum none`, one witness, or a group of witnesses of whom three at most must sign",
    ),
    ("cli-mailboxes-late", "the issuer's log says why: a full disk, or a folder that it may not write in"),
    ("cli-database-there", "leave out --init: it is for the first start alone"),
    (
        "cli-database-other",
        "give the key, the name and the identity that it was made with, or its own settings their own database",
    ),
    ("cli-database-file", "see that this user may read and write the file, and write in its folder"),
    (
        "cli-journal-back",
        "put the newest copy back; if there is none, withdraw and propose again what was since (docs/issuer.md), then remove the file",
    ),
    ("cli-setting", "docs/issuer.md has a whole file, with what each line means"),
    ("cli-listen", "choose another port with --listen; 127.0.0.1:0 takes any free port"),
    ("cbor-truncated", "the file was cut short; compare its size with that of the original"),
    ("envelope-shape", "signed files are made by `healthcode sign`; `healthcode inspect` shows what one is"),
    ("envelope-unknown-kind", "use a newer version of the tool"),
    ("file-wrong-kind", "`healthcode inspect` shows what a file is"),
    ("file-malformed", "it was made by another version of the tool, or altered; build and sign it again"),
    (
        "file-unknown-key",
        "`healthcode inspect` shows who signed it; compare that with the keys, kinds, places and times of the trust list",
    ),
    (
        "file-too-few-signers",
        "`healthcode inspect` says which signatures count by the trust list; have another signer of that list add one with \
         `healthcode countersign`",
    ),
    ("file-not-yet-issued", "check --now"),
    ("file-not-yet-issued", "check --issued, which is when it is published"),
    ("file-expired", "check --now"),
    ("file-expired", "check --issued, or sign a new one with the next version"),
    ("file-never-valid", "compare --issued with --valid or --expires"),
    ("file-never-valid", "compare --issued with --valid"),
    ("file-never-valid", "compare --issued with the `valid-until` of the pack"),
    ("trust-no-roots", "pass the pinned root key with --root"),
    ("cli-unseen-character", "remove it; if the text is wanted, write it with characters that everybody sees"),
    ("pack-unseen-character", "remove it; who signs the pack, and who reads it on a phone, must see all of it"),
    (
        "pack-colour-or-course",
        "use `colour` for as long as the condition is true, or `course` for a colour that steps down over time",
    ),
    ("pack-course-on-person", "say with `on` what the rule is about, or give a `colour` instead"),
    ("pack-course-outlives-window", "shorten it, or lengthen the `window` of the pack"),
    ("pack-duplicate-id", "give one of them another id"),
    ("pack-incomplete", "add what is missing; rules/README.md lists what each kind needs"),
    ("pack-superfluous", "remove it"),
    ("pack-text", "write what people are to read here, in 2,000 bytes at most"),
    ("pack-green", "leave the rule out: green is what remains when none applies"),
    ("pack-too-many", "remove some, or combine similar ones"),
    ("pack-too-large", "shorten its texts, or remove rules"),
    (
        "pack-unknown-fact",
        "check the spelling; rules/README.md lists the facts, besides the questions and measures of this pack",
    ),
    ("pack-unknown-name", "check the spelling, or add it"),
    ("pack-unknown-word", "choose one of these, or remove it"),
    ("pack-never-holds", "check the number, its unit and the direction; what is never true protects nobody"),
    ("pack-always-holds", "check the number, its unit and the direction; this would apply to everybody"),
    (
        "pack-unit",
        "write the number in the unit of the fact, without a unit if it has none of those in rules/LANGUAGE.md",
    ),
    (
        "pack-cases-fail",
        "`healthcode rules test` says how each decision differs from what its case expects: change the rule, or the case",
    ),
    ("cli-marginals", "rules/README.md shows what marginals look like"),
    ("cli-trust-list", "`healthcode trust build --help` shows what a list looks like"),
    ("cli-file-not-text", "save it as UTF-8; editors on Windows may call that an encoding, and name GBK `ANSI`"),
    ("pack-case-name", "check the spelling: a case is about the questions, options, rules and thresholds of its pack"),
    ("pack-case-late", "a phone takes no report from the future: move the report, or `now`"),
    ("pack-punctuation", "signs of Chinese are as wide as its characters, and there is no space around numbers"),
    ("pack-traditional", "zh-Hans is Chinese in simplified characters"),
    ("pack-not-alone", "add `alone = true` to it: nobody then has both a symptom and none"),
    ("pack-other-number", "say the number that decides"),
    ("pack-since-never", "name a question that is asked then, or leave out `since`"),
    ("pack-utc-midnight", "write the pack's offset, such as +08:00, instead of Z"),
    (
        "pack-nothing-acts",
        "let the pack begin with its first ground and end with its last, and leave no gap between them",
    ),
    (
        "pack-rules-rest",
        "if that is meant, add a rule that says what applies then, with `today not before '…'`; else correct `from` and `until`",
    ),
    ("pack-too-short", "write how long people have for it, as in `24 h` or `7 d`"),
    ("pack-other-clock", "write `utc-offset = \"+08:00\"`"),
    ("pack-same-condition", "keep one of the two, or say in each condition whom it is about"),
    ("pack-threshold-outdone", "the worse colour needs more points than the milder one"),
    ("pack-course-worsens", "write the worse colour first: a course leads back to green"),
    (
        "pack-since-left-out",
        "begin the condition with `answers.… is known and …`, or make the question required where it is asked",
    ),
    (
        "pack-nobody-green",
        "if it is not meant for everybody, look at what these conditions say of somebody who is well; `rules people` and `rules simulate` show them",
    ),
    ("pack-case-answer", "give an answer that the form takes, or expect the cause `answers-missing`"),
    ("pack-version", "write `version = 1`, and one more with each change"),
    ("pack-no-cases", "write down a person's facts and what the rules should decide; rules/README.md shows one"),
    ("pack-unsure", "a rule whose condition names the option, as in `answers.contact == 'unsure'`, says what it does"),
    (
        "pack-unsure-unnamed",
        "name it, as in `answers.contact not in ['no', 'unsure']`: it then says what `unsure` does there",
    ),
    ("pack-untested", "a [[case]] gives facts and what the rules decide from them"),
    ("pack-unreachable-threshold", "lower it, or give more points in the bands"),
    ("pack-unreachable-step", "remove the step, or change its bounds"),
    ("pack-unused", "remove it, or use it"),
    ("pack-no-ground", "name it with `ground`, and give its title, address and end in a [[ground]]"),
    ("pack-ground-conflict", "give each document one [[ground]], or each its own title and number"),
    ("pack-ground-id", "shorten it, unless it is for rules alone"),
    ("pack-idle-ground", "correct its `from` and `until`, or remove it with the rules that name it"),
    ("pack-untranslated", "write it in that language too, or take the language out of `languages`"),
    ("pack-language-tag", "write the tag as BCP 47 does, such as `ko`, `zh-Hant` or `pt-BR`"),
    ("pack-url", "give the address of the page, as a browser shows it"),
    ("pack-language", "write it in that language"),
    ("pack-machine-text", "write what a worried reader needs: what was found, what to do, when it ends"),
    ("pack-never-valid", "set `valid-until` to a time after `valid-from`"),
    ("pack-long-emergency", "set `valid-until` to at most 7 days after `valid-from`, or use the scheduled lane"),
];

/// The options of the command that runs.
static OPTIONS: OnceLock<Vec<String>> = OnceLock::new();

/// Says which options the command has that runs, without their dashes.
pub(crate) fn set_options(options: Vec<String>) {
    // There is one command in a run.
    let _ = OPTIONS.set(options);
}

/// The hint for a code, if there is one that names only options that there are.
pub(super) fn hint(code: &str) -> Option<&'static str> {
    let options = OPTIONS.get().map_or(&[][..], Vec::as_slice);
    hint_with(code, |option| options.iter().any(|known| known == option))
}

fn hint_with(code: &str, has: impl Fn(&str) -> bool) -> Option<&'static str> {
    let fits = |hint: &str| options_in(hint).all(&has);
    HINTS.iter().find(|(known, hint)| *known == code && fits(hint)).map(|(_, hint)| *hint)
}

/// The options that a hint names outside of the commands that it quotes.
fn options_in(hint: &str) -> impl Iterator<Item = &str> {
    let outside = hint.split('`').step_by(2);
    let words = outside.flat_map(|text| text.split(|c: char| !c.is_ascii_alphabetic() && c != '-'));
    words.filter_map(|word| word.strip_prefix("--"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use healthcode::authoring::review::Finding;
    use healthcode::cbor::CborError;
    use healthcode::log::LogError;
    use healthcode::rules::check::PackError;
    use healthcode::trust::envelope::EnvelopeError;
    use healthcode::trust::file::FileError;
    use healthcode::trust::list::TrustError;

    #[test]
    fn hints_are_for_codes_that_exist() {
        let of_files =
            [CborError::CODES, EnvelopeError::CODES, FileError::CODES, LogError::CODES, TrustError::CODES].concat();
        let sources = [include_str!("error.rs"), include_str!("log_error.rs"), include_str!("../store/mod.rs")];
        let texts = sources.into_iter().flat_map(|source| source.split('"'));
        let of_tool = texts.filter(|text| text.starts_with("cli-") || text.starts_with("pack-"));
        let known: Vec<_> = [of_files, PackError::CODES.to_vec(), Finding::CODES.to_vec(), of_tool.collect()].concat();
        for (at, (code, hint)) in HINTS.iter().enumerate() {
            assert!(known.contains(code), "{code}");
            let before = HINTS[..at].iter().filter(|(before, _)| before == code);
            let given = |before: &str| options_in(before).next().is_some();
            assert!(before.into_iter().all(|(_, before)| given(before)), "{code}: the hint {hint} is never given");
            assert!(!hint.is_empty() && !hint.ends_with('.'), "{code}: {hint}");
        }
    }

    #[test]
    fn a_hint_names_only_options_that_the_command_has() {
        let hint = |options: &[&str]| hint_with("file-long-lived", |option| options.contains(&option)).unwrap();
        assert_eq!(hint(&["valid", "expires", "out"]), "give an earlier --expires, or a shorter --valid");
        assert_eq!(hint(&["valid"]), "give a shorter --valid");
        assert_eq!(hint(&["now"]), "set `valid-until` to an earlier time");
        assert_eq!(options_in("`a --b` is not --c, but --d-e; --f").collect::<Vec<_>>(), ["c", "d-e", "f"]);
    }
}
