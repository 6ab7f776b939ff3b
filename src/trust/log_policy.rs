//! What a trust list asks of the public log: phones take rules, tables and restrictions only with a proof that meets it.

use serde::{Deserialize, Serialize};

use super::key::PublicKey;
use crate::cbor::cbor_map;
#[cfg(feature = "log-keeping")]
use crate::limits::{LOG_NAME_BYTES, PHONE_WITNESSES, POLICY_ITEMS};

/// A key of a log, a witness or an officer, with the name that it goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a name with its key")]
pub struct LogKey {
    /// The name.
    pub name: String,
    /// The key.
    pub key: PublicKey,
}
cbor_map!(LogKey { 0 name, 1 key });

/// Which log there is, and how many of which witnesses must have cosigned its checkpoint. The roots have signed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "what is asked of the public log")]
pub struct LogPolicy {
    /// The log with its name, and then the witnesses.
    pub keys: Vec<LogKey>,
    /// How many of the witnesses must have cosigned.
    pub needed: u8,
    /// Officers of further authorities, one of whom must have signed what is above a cap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub further: Option<Vec<LogKey>>,
}
cbor_map!(LogPolicy { 0 keys, 1 needed, 2 further });

impl LogPolicy {
    /// The name of the log.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        self.keys.first().map(|log| &*log.name)
    }

    /// Whether roots should sign it: no key counts twice, and a proof takes no more than so many signatures.
    #[cfg(feature = "log-keeping")]
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let once = |keys: &[LogKey]| {
            (1..=POLICY_ITEMS).contains(&keys.len())
                && keys.iter().enumerate().all(|(index, known)| {
                    (1..=LOG_NAME_BYTES).contains(&known.name.len())
                        && !keys.iter().take(index).any(|other| other.key == known.key)
                })
        };
        once(&self.keys)
            && self.further.as_deref().is_none_or(once)
            && usize::from(self.needed) <= (self.keys.len() - 1).min(PHONE_WITNESSES)
    }
}
