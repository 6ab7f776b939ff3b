//! Who the officers are, and that two of them are two people.

use healthcode::place::Place;
use healthcode::trust::PublicKey;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

/// An officer whom an issuer knows.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "an officer")]
pub(crate) struct Officer {
    /// Who it is: whoever has two keys has one name.
    pub(crate) name: String,
    /// The key that they sign with.
    pub(crate) key: PublicKey,
    /// Where the people live whom they may say something about; everywhere, if it is absent.
    pub(crate) place: Option<Place>,
    /// The further authority that they are of; the issuer's own, if it is absent.
    pub(crate) authority: Option<String>,
}

impl Officer {
    /// Whether it is the same person as another: under the same name, however that is written, or one that looks like it
    /// (UTS #39), or with the same key.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.key == other.key || is_same_name(&self.name, &other.name)
    }

    /// Whether they are of a further authority than another officer.
    pub(crate) fn is_further_than(&self, other: &Self) -> bool {
        let alike = |other: &String| self.authority.as_ref().is_some_and(|own| is_same_name(own, other));
        self.authority.is_some() && !self.is(other) && !other.authority.as_ref().is_some_and(alike)
    }

    /// Whether they may say something about somebody who lives there.
    pub(crate) fn may(&self, district: Place) -> bool {
        self.place.is_none_or(|own| own.governs(district))
    }
}

/// Whether two names are one, after compatibility characters (NFKC, UAX #15), case, spaces and what looks alike.
pub(crate) fn is_same_name(one: &str, other: &str) -> bool {
    // What looks alike may be small or capital: `I` and `l`.
    let alike = |name: &str| folded(&skeleton(&name.nfkc().collect::<String>()).collect::<String>());
    let small = |name: &str| skeleton(&folded(name)).collect::<String>();
    folded(one) == folded(other) || small(one) == small(other) || alike(one) == alike(other)
}

fn folded(name: &str) -> String {
    let small: String = name.nfkc().flat_map(char::to_lowercase).nfkc().collect();
    small.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_is_one_under_all_spellings() {
        for (one, other) in [
            ("Li Wei", " li  WEI "),
            ("Ｌｉ Wei", "li wei"),
            ("李伟", "李伟\u{3000}"),
            ("Ⅳ", "iv"),
            ("Bo AI", "Bo Al"),
            ("Chen Yi", "ChenYi"),
            ("李伟", "李 伟"),
            ("Li Wei", "Lі Wеі"), // with Cyrillic letters
        ] {
            assert!(is_same_name(one, other), "{one} {other}");
        }
        for (one, other) in [("Li Wei", "Li Wen"), ("李伟", "李纬"), ("a", "b")] {
            assert!(!is_same_name(one, other), "{one} {other}");
        }
    }
}
