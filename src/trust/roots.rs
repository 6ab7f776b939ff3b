//! The root keys: who signs the trust list, and how many of them must.

use serde::{Deserialize, Serialize};

use super::envelope::Unverified;
use super::key::{KeyId, PublicKey};
use crate::cbor::cbor_map;
use crate::limits::ROOTS;

/// The keys that may sign a trust list, and how many of them must. An app pins the first ones; each list names those of
/// the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "root keys and how many must sign")]
pub struct Roots {
    /// The keys, each once.
    pub keys: Vec<PublicKey>,
    /// How many of them must have signed.
    pub signers: u8,
}
cbor_map!(Roots { 0 keys, 1 signers } if Roots::is_sound);

impl Roots {
    /// Whether there are keys, none of them twice, and as many must sign as there are or fewer, but at least one.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let distinct = |(index, key)| self.keys.iter().skip(index + 1).all(|other| other != key);
        (1..=ROOTS).contains(&self.keys.len())
            && (1..=self.keys.len()).contains(&usize::from(self.signers))
            && self.keys.iter().enumerate().all(distinct)
    }

    /// The ids of the roots whose signatures on the envelope are good, each once.
    pub(super) fn signed(&self, envelope: &Unverified<'_>) -> Vec<KeyId> {
        let good = |root: &&PublicKey| {
            let id = Some(root.id());
            envelope.signers().enumerate().any(|(index, signer)| signer == id && envelope.verifies(index, root))
        };
        self.keys.iter().filter(good).map(PublicKey::id).collect()
    }

    /// Whether these signatures are enough.
    pub(super) fn are_enough(&self, signed: &[KeyId]) -> bool {
        signed.len() >= usize::from(self.signers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::key;

    #[test]
    fn roots_are_different_keys_and_a_number_of_them_that_can_be_met() {
        let roots =
            |names: &[&str], signers| Roots { keys: names.iter().map(|name| key(name).public()).collect(), signers };
        assert!(
            roots(&["a"], 1).is_sound() && roots(&["a", "b", "c"], 2).is_sound() && roots(&["a", "b"], 2).is_sound()
        );
        assert!(!roots(&[], 0).is_sound() && !roots(&["a"], 0).is_sound() && !roots(&["a"], 2).is_sound());
        assert!(!roots(&["a", "b", "a"], 2).is_sound(), "one key is one hand");
        let many: Vec<String> = (0..=ROOTS).map(|number| number.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(roots(&many[1..], 2).is_sound() && !roots(&many, 2).is_sound());
    }
}
