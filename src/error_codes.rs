//! Every public code, family by family.

/// The codes of every family, in the order in which data meet them.
const FAMILIES: &[&[&str]] = &[
    crate::error::Misuse::CODES,
    crate::error::MachineError::CODES,
    crate::calendar::CalendarError::CODES,
    crate::place::PlaceError::CODES,
    crate::cbor::CborError::CODES,
    crate::trust::key::KeyError::CODES,
    crate::trust::envelope::EnvelopeError::CODES,
    crate::trust::file::FileError::CODES,
    crate::trust::list::TrustError::CODES,
    crate::risk::table::RiskError::CODES,
    crate::rules::expression::ExpressionError::CODES,
    crate::rules::expression::text::TextError::CODES,
    crate::rules::expression::EvaluateError::CODES,
    crate::rules::check::PackError::CODES,
    #[cfg(feature = "authoring")]
    crate::authoring::review::Finding::CODES,
    #[cfg(feature = "authoring")]
    crate::authoring::source::SourceError::CODES,
    crate::rules::questionnaire::AnswerError::CODES,
    crate::holder::HolderError::CODES,
    crate::checkpoint::CheckpointError::CODES,
    crate::code::wire::WireError::CODES,
    crate::code::certificate::CertificateError::CODES,
    crate::code::verify::VerifyError::CODES,
    crate::code::qr::QrError::CODES,
];

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
                    let (code, rest) = rest.split_once("\", \"").unwrap();
                    codes.push((code.to_owned(), rest.split_once("\";").unwrap().0.to_owned()));
                }
                enums.push((name.to_owned(), codes));
            }
        }
        enums
    }

    #[test]
    fn every_code_of_the_sources_is_listed_once_and_no_other() {
        let shipped = |name: &str| cfg!(feature = "authoring") || !matches!(name, "SourceError" | "Finding");
        let enums = written().into_iter().filter(|(name, _)| shipped(name));
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
        assert_eq!(families.len(), 20, "{families:?}");
    }

    const TABLE: &str = include_str!("error-codes.md");

    /// Walks the table both ways: what it says is what the sources say.
    #[test]
    fn the_table_lists_every_code_with_its_message() {
        let mut table = TABLE.split_once("\n| code | where | message |\n").unwrap().0.to_owned();
        table.push_str("\n| code | where | message |\n| --- | --- | --- |\n");
        let place = |name: &str| if matches!(name, "SourceError" | "Finding") { "authors" } else { "everywhere" };
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
                "src/error-codes.md is out of date: HEALTHCODE_WRITE_VECTORS=1 cargo test --lib error_codes"
            );
        }
    }
}
