//! What a witness is asked, and how it decides (C2SP tlog-witness).

use super::LogError;
use super::encoding::{base64, digest, number};
use super::head::TreeHead;
use super::note::{NoteKey, SignedNote};
use super::tree::is_consistent;
use crate::limits::{LOG_PATH, WITNESS_REQUEST_BYTES};
use crate::trust::Digest;

/// Asks a witness to cosign a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// How many leaves the log had when the witness last cosigned it.
    pub old: u64,
    /// What shows that the log still begins with these.
    pub path: Vec<Digest>,
    /// The checkpoint.
    pub note: SignedNote,
}

impl Request {
    /// Reads a request.
    ///
    /// # Errors
    /// [`LogError::Request`] if it is none, and as [`SignedNote::parse`].
    pub fn parse(text: &str) -> Result<Self, LogError> {
        if text.len() > WITNESS_REQUEST_BYTES {
            return Err(LogError::Request);
        }
        let (asked, note) = text.split_once("\n\n").ok_or(LogError::Request)?;
        let mut lines = asked.split('\n');
        let read = || {
            let old = number(lines.next()?.strip_prefix("old ")?)?;
            let path = lines.map(digest).collect::<Option<Vec<_>>>()?;
            (path.len() <= LOG_PATH).then_some((old, path))
        };
        let (old, path) = read().ok_or(LogError::Request)?;
        Ok(Self { old, path, note: SignedNote::parse(note)? })
    }
}

/// The text of a request.
impl core::fmt::Display for Request {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.path.iter().try_for_each(|beside| writeln!(f, "{}", base64(&beside.0)))?;
        write!(f, "\n{}", self.note)
    }
}

/// Why a witness does not cosign. Each is a status of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// 400: it says that the log was larger than it is.
    Larger,
    /// 403: no key that is known of the log has signed it, or one of them has not.
    Unsigned,
    /// 404: this log is not known here.
    UnknownLog,
    /// 409: the log had another number of leaves when it was last cosigned: this many.
    Other(u64),
    /// 409: at the same number of leaves it had another root.
    SplitView(u64),
    /// 422: the log does not begin with what was cosigned.
    NotConsistent,
}

impl Refusal {
    /// The status of HTTP.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Larger => 400,
            Self::Unsigned => 403,
            Self::UnknownLog => 404,
            Self::Other(_) | Self::SplitView(_) => 409,
            Self::NotConsistent => 422,
        }
    }
}

/// Whether a witness that knows these logs, and last cosigned that head of the one that is meant, cosigns what is asked: then the
/// head to remember from now on.
///
/// # Errors
/// [`Refusal`]; of a note that is no checkpoint that it is not signed.
pub fn decide(
    request: &Request,
    logs: &[NoteKey],
    last: impl Fn(&str) -> Option<TreeHead>,
) -> Result<TreeHead, Refusal> {
    let head = TreeHead::of(&request.note).map_err(|_| Refusal::Unsigned)?;
    let mut keys = logs.iter().filter(|key| key.name() == head.origin).peekable();
    keys.peek().ok_or(Refusal::UnknownLog)?;
    let mut signed = false;
    for key in keys {
        signed |= request.note.signed_by(key).map_err(|_| Refusal::Unsigned)?.is_some();
    }
    if !signed {
        return Err(Refusal::Unsigned);
    }
    if request.old > head.size {
        return Err(Refusal::Larger);
    }
    let last = last(&head.origin);
    let (size, root) = last.map_or_else(|| (0, super::tree::empty()), |last| (last.size, last.root));
    if request.old != size {
        return Err(Refusal::Other(size));
    }
    if size == head.size && root != head.root {
        return Err(Refusal::SplitView(size));
    }
    if is_consistent((size, &root), (head.size, &head.root), &request.path) {
        Ok(head)
    } else {
        Err(Refusal::NotConsistent)
    }
}
