//! Signed notes (C2SP signed-note) and the keys that sign them.

use super::LogError;
use super::encoding::{base64, bytes};
use super::short::key_id;
use crate::limits::{LOG_NAME_BYTES, NOTE_BYTES, NOTE_SIGNATURES};
use crate::trust::PublicKey;

/// What a line with a signature begins with: an em dash.
const SIGNED: &str = "\u{2014} ";

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signs {
    /// The text itself, as a log does: type 1.
    Text,
    /// That it has seen the tree grow, and when, as a witness does (C2SP tlog-cosignature): type 4.
    Witnessed,
}

impl Signs {
    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Text => 1,
            Self::Witnessed => 4,
        }
    }
}

/// Whether a log or a witness may be called so.
fn is_name(name: &str) -> bool {
    let allowed = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
    (1..=LOG_NAME_BYTES).contains(&name.len()) && name.chars().all(allowed)
}

/// A key of a log or of a witness, with the name that it goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteKey {
    name: String,
    signs: Signs,
    key: PublicKey,
}

impl NoteKey {
    /// A key under a name.
    ///
    /// # Errors
    /// [`LogError::Key`] if the name is empty, too long, or has a space or a plus.
    pub fn new(name: &str, signs: Signs, key: PublicKey) -> Result<Self, LogError> {
        if is_name(name) { Ok(Self { name: name.to_owned(), signs, key }) } else { Err(LogError::Key) }
    }

    /// A key as policies write it: `NAME+ID+KEY`.
    ///
    /// # Errors
    /// [`LogError::Key`] if it is not written so, and [`LogError::KeyType`] if its type is another.
    pub fn parse(text: &str) -> Result<Self, LogError> {
        let (name, rest) = text.split_once('+').ok_or(LogError::Key)?;
        let (id, key) = rest.split_once('+').ok_or(LogError::Key)?;
        let key = bytes(key).ok_or(LogError::Key)?;
        let (number, key) = key.split_first().ok_or(LogError::Key)?;
        let signs = match number {
            1 => Signs::Text,
            4 => Signs::Witnessed,
            found => return Err(LogError::KeyType { found: *found }),
        };
        let key = Self::new(name, signs, PublicKey::from_bytes(key).map_err(|_| LogError::Key)?)?;
        let is_its_own = key.id_text() == id;
        if is_its_own { Ok(key) } else { Err(LogError::Key) }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    #[must_use]
    pub const fn signs(&self) -> Signs {
        self.signs
    }

    /// The key itself.
    #[must_use]
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The four bytes by which a signature names the key.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        key_id(&self.name, self.signs, &self.key)
    }

    fn id_text(&self) -> String {
        format!("{:08x}", u32::from_be_bytes(self.id()))
    }
}

/// As policies write it.
impl core::fmt::Display for NoteKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let key = [&[self.signs.number()][..], self.key.as_bytes()].concat();
        write!(f, "{}+{}+{}", self.name, self.id_text(), base64(&key))
    }
}

/// A signature on a note, whatever it is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// Who is said to have signed.
    pub name: String,
    /// The id of the key.
    pub id: [u8; 4],
    /// The signature.
    pub bytes: Vec<u8>,
}

impl NoteSignature {
    fn parse(line: &str) -> Option<Self> {
        let (name, signature) = line.strip_prefix(SIGNED)?.split_once(' ')?;
        let bytes = bytes(signature)?;
        let (id, signature) = bytes.split_first_chunk::<4>().filter(|(_, rest)| !rest.is_empty())?;
        is_name(name).then(|| Self { name: name.to_owned(), id: *id, bytes: signature.to_vec() })
    }
}

/// As it stands in a note, with the end of its line.
impl core::fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        writeln!(f, "{SIGNED}{} {}", self.name, base64(&[&self.id[..], &self.bytes].concat()))
    }
}

/// A text with signatures, none of which is checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    /// The signatures.
    pub signatures: Vec<NoteSignature>,
}

impl SignedNote {
    /// Reads a note.
    ///
    /// # Errors
    /// [`LogError::Note`] if it is none, and [`LogError::TooManySignatures`].
    pub fn parse(note: &str) -> Result<Self, LogError> {
        let is_plain = note.chars().all(|c| c >= ' ' || c == '\n');
        if note.len() > NOTE_BYTES || !is_plain {
            return Err(LogError::Note);
        }
        let (text, signed) = note.rsplit_once("\n\n").ok_or(LogError::Note)?;
        let lines = signed.strip_suffix('\n').ok_or(LogError::Note)?;
        if lines.split('\n').nth(NOTE_SIGNATURES).is_some() {
            return Err(LogError::TooManySignatures);
        }
        let signatures = lines.split('\n').map(|line| NoteSignature::parse(line).ok_or(LogError::Note));
        Ok(Self { text: format!("{text}\n"), signatures: signatures.collect::<Result<_, _>>()? })
    }

    /// A note without signatures; the text ends with its line.
    #[cfg(feature = "log-keeping")]
    #[must_use]
    pub const fn unsigned(text: String) -> Self {
        Self { text, signatures: Vec::new() }
    }

    /// What is signed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The first signature that names this key.
    #[must_use]
    pub fn by(&self, key: &NoteKey) -> Option<&NoteSignature> {
        let id = key.id();
        self.signatures.iter().find(|signature| signature.id == id && signature.name == key.name)
    }

    /// Whether the key has signed: nothing if no signature names it, and of a witness the second, since 1970, when it did.
    ///
    /// # Errors
    /// [`LogError::BadSignature`] if one names the key and does not match.
    pub fn signed_by(&self, key: &NoteKey) -> Result<Option<u64>, LogError> {
        let Some(signature) = self.by(key) else { return Ok(None) };
        let (time, message, signature) = match key.signs {
            Signs::Text => (0, None, signature.bytes.as_slice()),
            Signs::Witnessed => {
                let (time, signature) = signature.bytes.split_first_chunk::<8>().ok_or(LogError::BadSignature)?;
                let time = u64::from_be_bytes(*time);
                (time, Some(witnessed(time, &self.text)), signature)
            }
        };
        let message = message.as_deref().unwrap_or(&self.text);
        let signature = signature.try_into().map_err(|_| LogError::BadSignature)?;
        let matches = time <= u64::MAX / 2 && key.key.verifies(message.as_bytes(), signature);
        if matches { Ok(Some(time)) } else { Err(LogError::BadSignature) }
    }
}

/// What a witness signs of a checkpoint's text, at a second since 1970.
pub(super) fn witnessed(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// The whole note.
impl core::fmt::Display for SignedNote {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| signature.fmt(f))
    }
}
