//! The CDDL of `docs/formats.md`, and the library that validates by it.
//!
//! `cddl-cat` knows no tags: they are taken off here, by minicbor, and what is under a tag is validated by itself.

use std::collections::BTreeMap;

use cddl_cat::cbor::validate_cbor;
use cddl_cat::context::BasicContext;
use cddl_cat::flatten::flatten_from_str;
use minicbor::Decoder;
use minicbor::data::Type;

/// All blocks of the document, one behind the other.
pub(crate) fn specification() -> String {
    let document = crate::read("docs/formats.md");
    let blocks = document.split("\n```cddl\n").skip(1).map(|rest| rest.split_once("\n```").unwrap().0);
    blocks.collect::<Vec<_>>().join("\n\n")
}

/// Whether a line of the specification is a field of a map, alone.
pub(crate) fn is_field(line: &str) -> bool {
    let field = line.strip_prefix("  ").map(|line| line.strip_prefix("? ").unwrap_or(line));
    field.and_then(|line| line.split_once(": ")).is_some_and(|(key, _)| key.bytes().all(|byte| byte.is_ascii_digit()))
}

pub(crate) struct Schema {
    rules: BasicContext,
    /// The rules that are tagged, with their tags.
    pub(crate) tagged: BTreeMap<String, u64>,
}

impl Schema {
    pub(crate) fn new(specification: &str) -> Self {
        let mut tagged = BTreeMap::new();
        let mut untagged = String::new();
        for line in specification.lines() {
            let rule = line.split_once(" = #6.").and_then(|(name, rest)| {
                let (tag, inner) = rest.strip_suffix(')')?.split_once('(')?;
                Some((name, tag.parse().ok()?, inner))
            });
            match rule {
                Some((name, tag, inner)) => {
                    tagged.insert(name.to_owned(), tag);
                    untagged.push_str(&format!("{name} = {inner}\n"));
                }
                None => untagged.push_str(&format!("{line}\n")),
            }
        }
        for name in tagged.keys() {
            untagged = untagged.replace(&format!("bstr .cbor {name},"), "bstr,");
        }
        Self { rules: BasicContext::new(flatten_from_str(&untagged).unwrap()), tagged }
    }

    /// Whether `bytes` are what the rule says.
    pub(crate) fn validate(&self, rule: &str, bytes: &[u8]) -> Result<(), String> {
        let content = match self.tagged.get(rule) {
            None => bytes,
            Some(tag) => {
                let mut d = Decoder::new(bytes);
                if d.tag().ok().map(|found| found.as_u64()) != Some(*tag) {
                    return Err(format!("not tag {tag}"));
                }
                &bytes[d.position()..]
            }
        };
        let value = ciborium::from_reader(content).map_err(|error| error.to_string())?;
        validate_cbor(&self.rules.rules[rule], &value, &self.rules).map_err(|error| error.to_string())
    }

    /// The rule of the envelope that `bytes` are.
    pub(crate) fn kind_of(&self, bytes: &[u8]) -> Option<&str> {
        self.tagged.keys().map(String::as_str).find(|rule| {
            self.validate(rule, bytes).is_ok()
                && (*rule != "code" || certificate(bytes).is_some_and(|inner| self.has_structure(inner)))
        })
    }

    /// Whether what stands in a code as its certificate is not refused for its structure.
    fn has_structure(&self, certificate: &[u8]) -> bool {
        // Nothing at all is refused for how it is written, not for its structure.
        certificate.is_empty() || self.kind_of(certificate).is_some()
    }
}

/// The certificate in a code.
pub(crate) fn certificate(code: &[u8]) -> Option<&[u8]> {
    let mut d = Decoder::new(code);
    d.tag().ok()?;
    d.array().ok()?;
    d.bytes().ok()?;
    d.map().ok()?;
    let mut d = Decoder::new(d.bytes().ok()?);
    for _ in 0..d.map().ok()?? {
        match (d.u8().ok()?, d.datatype().ok()?) {
            (5, Type::Bytes) => return d.bytes().ok(),
            _ => d.skip().ok()?,
        }
    }
    None
}
