//! Every public code, family by family.

/// Lists the families.
macro_rules! families {
    ($( $(#[$condition:meta])? $family:ty, )*) => {
        /// The codes of every family.
        const FAMILIES: &[&[&str]] = &[$( $(#[$condition])? <$family>::CODES, )*];

        /// The number of every family.
        #[cfg(test)]
        const NUMBERS: &[u32] = &[$( $(#[$condition])? <$family>::NUMBER, )*];

        /// The message of every code, with the names of its values in their order.
        #[cfg(test)]
        const MESSAGES: &[&[(&str, &str, &[&str])]] = &[$( $(#[$condition])? <$family>::MESSAGES, )*];
    };
}

// In the order in which data meet them.
families! {
    crate::error::Misuse,
    crate::error::MachineError,
    crate::calendar::CalendarError,
    crate::place::PlaceError,
    crate::cbor::CborError,
    crate::trust::key::KeyError,
    crate::trust::envelope::EnvelopeError,
    crate::trust::file::FileError,
    crate::trust::list::TrustError,
    crate::risk::table::RiskError,
    crate::risk::delta::DeltaError,
    crate::venue::VenueError,
    crate::rules::expression::ExpressionError,
    #[cfg(feature = "authoring")]
    crate::rules::expression::text::TextError,
    crate::rules::expression::EvaluateError,
    crate::rules::check::PackError,
    #[cfg(feature = "authoring")]
    crate::authoring::review::Finding,
    #[cfg(feature = "authoring")]
    crate::authoring::source::SourceError,
    crate::rules::questionnaire::AnswerError,
    crate::holder::HolderError,
    crate::holder::CorrectionError,
    crate::checkpoint::CheckpointError,
    crate::code::wire::WireError,
    crate::code::certificate::CertificateError,
    crate::mailbox::MailboxError,
    crate::code::status::StatusError,
    crate::code::verify::VerifyError,
    crate::code::qr::QrError,
    crate::log::LogError,
    crate::log::ProofError,
}

/// Every public code of this crate, each once. They are listed with their meaning in `src/error-codes.md`.
pub fn all_codes() -> impl Iterator<Item = &'static str> {
    FAMILIES.iter().flat_map(|codes| codes.iter().copied())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    fn sources(folder: &Path) -> Vec<PathBuf> {
        let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        entries.into_iter().flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
    }

    /// Every enum of errors in the sources, with its codes and messages. The command-line tool has codes of its own.
    fn written() -> Vec<(String, Vec<(String, String)>)> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut enums = Vec::new();
        for path in sources(&root).iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs")) {
            let text = fs::read_to_string(path).unwrap();
            for block in text.split("\nfamily_errors! {\n").skip(1) {
                let block = &block[..block.find("\n}\n").unwrap()];
                let name = block.lines().find_map(|line| line.strip_prefix("    ")?.strip_suffix(" {")).unwrap();
                let mut codes = Vec::new();
                for rest in block.split(" = \"").skip(1) {
                    let (code, rest) = rest.split_once("\",").unwrap();
                    let message = rest.trim_start().strip_prefix('"').unwrap().split_once("\";").unwrap().0;
                    codes.push((code.to_owned(), message.to_owned()));
                }
                enums.push((name.to_owned(), codes));
            }
        }
        enums
    }

    /// Which enum only those meet who have to do with the public log.
    fn is_for_the_log(name: &str) -> bool {
        name == "LogError"
    }

    /// Which enums only authors of rules meet.
    fn is_for_authors(name: &str) -> bool {
        matches!(name, "SourceError" | "Finding" | "TextError")
    }

    #[test]
    fn every_code_of_the_sources_is_listed_once_and_no_other() {
        let enums = written().into_iter().filter(|(name, _)| cfg!(feature = "authoring") || !is_for_authors(name));
        let mut written: Vec<String> = enums.flat_map(|(_, codes)| codes).map(|(code, _)| code).collect();
        written.sort();
        let mut listed: Vec<String> = all_codes().map(str::to_owned).collect();
        listed.sort();
        assert_eq!(written, listed);
        listed.dedup();
        assert_eq!(listed.len(), written.len(), "a code has one meaning");
    }

    #[test]
    fn a_code_begins_with_its_family_and_a_family_is_one_enum() {
        let mut families: BTreeMap<String, String> = BTreeMap::new();
        for (name, codes) in written() {
            // Reading, writing and evaluating expressions are three parts of one family.
            let name = match name.as_str() {
                "ExpressionError" | "TextError" | "EvaluateError" => "rules".to_owned(),
                // What the phone checks of a pack, and what its authors check besides.
                "PackError" | "Finding" => "pack".to_owned(),
                _ => name,
            };
            for (code, message) in codes {
                assert!(
                    code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
                    "{code}"
                );
                let family = code.split_once('-').unwrap().0.to_owned();
                assert_eq!(families.entry(family).or_insert(name.clone()), &name, "{code}");
                let first = message.chars().next().unwrap();
                assert!(
                    !message.ends_with('.') && (!first.is_uppercase() || message.starts_with("RFC")),
                    "{code}: {message}"
                );
            }
        }
        assert_eq!(families.len(), 27, "{families:?}");
    }

    const TABLE: &str = include_str!("error-codes.md");

    /// Walks the table both ways: what it says is what the sources say.
    #[test]
    fn the_table_lists_every_code_with_its_message() {
        let mut table = TABLE.split_once("\n| code | where | message |\n").unwrap().0.to_owned();
        table.push_str("\n| code | where | message |\n| --- | --- | --- |\n");
        let place = |name: &str| match name {
            _ if is_for_authors(name) => "authors",
            _ if is_for_the_log(name) => "the log",
            _ => "everywhere",
        };
        let rows = written().into_iter().flat_map(|(name, codes)| {
            codes.into_iter().map(move |(code, message)| (code, (place(&name), message.replace("\\\"", "\""))))
        });
        for (code, (place, message)) in rows.collect::<BTreeMap<_, _>>() {
            table.push_str(&format!("| `{code}` | {place} | {message} |\n"));
        }
        if std::env::var_os("HEALTHCODE_WRITE_VECTORS").is_some_and(|yes| yes == "1") {
            fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/error-codes.md"), &table).unwrap();
        } else {
            assert!(
                TABLE == table,
                "src/error-codes.md is out of date: HEALTHCODE_WRITE_VECTORS=1 cargo test --all-features --lib error_codes"
            );
        }
    }

    /// Which enums only a checkpoint's engine gives.
    fn is_for_checkpoints(name: &str) -> bool {
        matches!(name, "CheckpointError" | "WireError" | "StatusError" | "VerifyError")
    }

    /// Which enums only a phone's engine gives.
    fn is_for_phones(name: &str) -> bool {
        matches!(
            name,
            "RiskError"
                | "DeltaError"
                | "VenueError"
                | "ExpressionError"
                | "EvaluateError"
                | "PackError"
                | "AnswerError"
                | "HolderError"
                | "CorrectionError"
                | "MailboxError"
                | "ProofError"
        )
    }

    /// What the package's engines ask for is what is said everywhere else.
    #[test]
    fn the_engines_messages_are_those_of_the_sources() {
        check_sentences("sentences.js", include_str!("error/sentences.js"), |_| false);
        check_sentences("sentences-of-phones.js", include_str!("error/sentences-of-phones.js"), is_for_checkpoints);
        check_sentences(
            "sentences-of-checkpoints.js",
            include_str!("error/sentences-of-checkpoints.js"),
            is_for_phones,
        );
    }

    /// An engine gives what the errors that it gives wrap.
    #[test]
    fn no_engine_goes_without_a_wrapped_family() {
        for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
            let text = fs::read_to_string(path).unwrap_or_default();
            for block in text.split("\nfamily_errors! {\n").skip(1) {
                let block = &block[..block.find("\n}\n").unwrap()];
                let name = block.lines().find_map(|line| line.strip_prefix("    ")?.strip_suffix(" {")).unwrap();
                let wraps = block.split_once("@wraps").map_or("", |(_, wraps)| wraps);
                for inner in wraps.split('(').skip(1).filter_map(|rest| rest.split_once(");")).map(|(inner, _)| inner) {
                    assert!(!is_for_checkpoints(inner) || is_for_checkpoints(name), "{name} wraps {inner}");
                    assert!(
                        !is_for_phones(inner) || is_for_phones(name) || is_for_authors(name),
                        "{name} wraps {inner}"
                    );
                }
            }
        }
    }

    fn check_sentences(file: &str, now: &str, is_for_another: fn(&str) -> bool) {
        let others: Vec<String> = written()
            .into_iter()
            .filter(|(name, _)| is_for_authors(name) || is_for_the_log(name) || is_for_another(name))
            .flat_map(|(_, codes)| codes)
            .map(|(code, _)| code)
            .collect();
        let for_engine = |family: &&[(&str, &str, &[&str])]| !others.iter().any(|other| other == family[0].0);
        let families: Vec<_> = MESSAGES.iter().copied().zip(NUMBERS).filter(|(family, _)| for_engine(family)).collect();
        let mut begins = BTreeMap::new();
        let mut begin = 0;
        for (family, number) in &families {
            assert_eq!(begins.insert(*number, begin), None, "two families of one number");
            begin += family.len();
        }
        let begins: String = begins.iter().map(|(number, begin)| format!("  {number}: {begin},\n")).collect();
        let lines = families.iter().flat_map(|(family, _)| *family).map(|(code, message, values)| {
            let numbered = values.iter().enumerate().fold((*message).to_owned(), |message, (index, value)| {
                message.replace(&format!("{{{value}}}"), &format!("{{{index}}}"))
            });
            // As Biome formats it.
            let fits = code.len() + numbered.len() + "  \"\": \"\",".len() <= 120;
            format!("  {code:?}:{}{numbered:?},\n", if fits { " " } else { "\n    " })
        });
        let (before, rest) = now.split_once("const SENTENCES = {\n").unwrap();
        let after = rest.split_once("};\n").unwrap().1;
        let (between, rest) = after.split_once("const FAMILIES = {\n").unwrap();
        let after = rest.split_once("};\n").unwrap().1;
        let lines: String = lines.collect();
        let sentences =
            format!("{before}const SENTENCES = {{\n{lines}}};\n{between}const FAMILIES = {{\n{begins}}};\n{after}");
        if std::env::var_os("HEALTHCODE_WRITE_VECTORS").is_some_and(|yes| yes == "1") {
            fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/error").join(file), &sentences).unwrap();
        } else {
            assert!(
                now == sentences,
                "src/error/{file} is out of date: HEALTHCODE_WRITE_VECTORS=1 cargo test --all-features --lib error_codes"
            );
        }
    }
}
