//! `inspect`: what a signed file is, who signed it, and whether they may.

use std::path::PathBuf;

use clap::Args;
use healthcode::calendar::{Span, Time};
use healthcode::facts::Record;
use healthcode::risk::RiskTable;
use healthcode::rules::pack::Pack;
use healthcode::trust::file::read_unverified;
use healthcode::trust::{Body, Header, KeyId, Kind, Trust, TrustList, TrustedKey, Unverified};
use serde::Serialize;

use crate::arguments::{Clock, TrustFiles, clock};
use crate::failure::{Answer, Failure, InFile};
use crate::files;
use crate::output::{answer, answer_json, grouped, say};

/// Show what a signed file is, who signed it, and whether they may
///
/// Without --trust and --root nothing says who may sign, and the signatures are not checked. For a trust list itself
/// --root is enough.
#[derive(Args)]
pub(crate) struct Inspect {
    /// The signed file
    file: PathBuf,
    #[command(flatten)]
    trust: TrustFiles,
    /// The moment to check for: a time, a date, or `system` for the machine's clock; needed with --root
    #[arg(long, value_name = "TIME", value_parser = clock)]
    now: Option<Clock>,
    /// Print everything as JSON, the content included
    #[arg(long)]
    json: bool,
}

/// All that there is to say.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    kind: Kind,
    bytes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<Header>,
    signatures: Vec<Signature>,
    /// Absent where it was not checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<serde_json::Value>,
    /// The content in lines for people.
    #[serde(skip)]
    summary: Vec<String>,
}

/// One signature.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Signature {
    /// Absent where the key is named elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<KeyId>,
    /// Whose key it is, by the trust list.
    #[serde(skip_serializing_if = "Option::is_none")]
    signer: Option<String>,
    standing: Standing,
}

/// What is known of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Standing {
    NotChecked,
    Good,
    DoesNotFit,
    UnknownKey,
    NotThisKind,
    NotThisPlace,
    NotAtThatTime,
}

impl Standing {
    const fn words(self) -> &'static str {
        match self {
            Self::NotChecked => "not checked",
            Self::Good => "good",
            Self::DoesNotFit => "does not fit: the file was altered, or somebody else signed it",
            Self::UnknownKey => "the key is not in the trust list",
            Self::NotThisKind => "the key may not sign this kind of file",
            Self::NotThisPlace => "the key may not sign for this place",
            Self::NotAtThatTime => "the key might not sign at the time of issue",
        }
    }
}

#[derive(Serialize)]
struct ErrorReport {
    code: &'static str,
    message: String,
}

/// What a kind's content looks like.
trait Show: Body {
    fn json(&self) -> serde_json::Result<serde_json::Value>;
    fn summary(&self) -> Vec<String>;
}

impl Show for TrustList {
    fn json(&self) -> serde_json::Result<serde_json::Value> {
        serde_json::to_value(self)
    }

    fn summary(&self) -> Vec<String> {
        let names = |kinds: &[Kind]| kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
        let key = |entry: &TrustedKey| {
            let place = entry.place.map(|place| format!(" for place {place}")).unwrap_or_default();
            let TrustedKey { key, signer, kinds, from, until, .. } = entry;
            format!("key {} of {signer}: {}{place}, from {from} until {until}", key.id(), names(kinds))
        };
        self.keys.iter().map(key).collect()
    }
}

impl Show for Pack {
    fn json(&self) -> serde_json::Result<serde_json::Value> {
        serde_json::to_value(self)
    }

    fn summary(&self) -> Vec<String> {
        vec![
            format!("{} ({})", self.title.en, self.title.zh_hans),
            format!("issued by {} ({})", self.issuer.en, self.issuer.zh_hans),
            format!("in force for place {} from {}", self.region, self.valid_from),
            format!("{} questions, {} bands, {} rules", self.questions.len(), self.bands.len(), self.rules.len()),
        ]
    }
}

impl Show for RiskTable {
    fn json(&self) -> serde_json::Result<serde_json::Value> {
        Ok(serde_json::json!({ "rows": self.rows() }))
    }

    fn summary(&self) -> Vec<String> {
        vec![format!("{} rows, which `healthcode risk show` prints", grouped(self.rows().len()))]
    }
}

impl Show for Record {
    fn json(&self) -> serde_json::Result<serde_json::Value> {
        serde_json::to_value(self)
    }

    fn summary(&self) -> Vec<String> {
        vec![format!("for the phone with key {}; --json prints what it says", self.key.id())]
    }
}

impl Inspect {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let bytes = files::read(&self.file)?;
        let kind = Unverified::parse(&bytes).in_file(&self.file)?.kind();
        let report = match kind {
            Kind::TrustList => self.trust_list(&bytes),
            Kind::RulePack => self.file::<Pack>(&bytes),
            Kind::RiskTable => self.file::<RiskTable>(&bytes),
            Kind::Record => self.file::<Record>(&bytes),
            Kind::DayCertificate | Kind::CertificateRequest | Kind::Code => self.bare(&bytes),
        }?;
        if self.json {
            answer_json(&report)?
        } else {
            report.print()?
        }
        if report.accepted.is_none() {
            say("the signatures were not checked: give --trust, --root and --now to check them");
        }
        Ok(if report.accepted == Some(false) { Answer::No } else { Answer::Yes })
    }

    fn now(&self) -> Time {
        self.now.unwrap_or(Clock::System).now()
    }

    fn file<T: Show>(&self, bytes: &[u8]) -> Result<Report, Failure> {
        if self.trust.trust.is_none() {
            return self.report::<T>(bytes, None, |_, _| (None, Standing::NotChecked));
        }
        let now = self.now();
        let trust = self.trust.open(now)?;
        let opened = trust.open_file::<T>(bytes, now, None);
        let checked = opened.and_then(|file| file.at(now, Span::ZERO).map(|_| ()));
        self.report::<T>(bytes, Some(checked.map_err(|error| ErrorReport::from(&error))), |index, header| {
            standing(&trust, bytes, index, T::KIND, header)
        })
    }

    fn trust_list(&self, bytes: &[u8]) -> Result<Report, Failure> {
        if self.trust.root.is_empty() {
            return self.report::<TrustList>(bytes, None, |_, _| (None, Standing::NotChecked));
        }
        let checked = Trust::open(bytes, &self.trust.root, self.now(), None);
        let checked = checked.map(|_| ()).map_err(|error| ErrorReport::from(&error));
        self.report::<TrustList>(bytes, Some(checked), |index, _| {
            let standing = |envelope: &Unverified<'_>| {
                let id = envelope.signers().nth(index).flatten();
                let root = self.trust.root.iter().find(|root| Some(root.id()) == id)?;
                Some(if envelope.verifies(index, root) { Standing::Good } else { Standing::DoesNotFit })
            };
            let found = Unverified::parse(bytes).ok().as_ref().and_then(standing);
            (found.map(|_| "root".to_owned()), found.unwrap_or(Standing::UnknownKey))
        })
    }

    fn report<T: Show>(
        &self,
        bytes: &[u8],
        checked: Option<Result<(), ErrorReport>>,
        standing: impl Fn(usize, &Header) -> (Option<String>, Standing),
    ) -> Result<Report, Failure> {
        let (header, body) = read_unverified::<T>(bytes).in_file(&self.file)?;
        let envelope = Unverified::parse(bytes).in_file(&self.file)?;
        let signature = |(index, key)| {
            let (signer, standing) = standing(index, &header);
            Signature { key, signer, standing }
        };
        Ok(Report {
            kind: T::KIND,
            bytes: bytes.len(),
            signatures: envelope.signers().enumerate().map(signature).collect(),
            header: Some(header),
            accepted: checked.as_ref().map(Result::is_ok),
            error: checked.and_then(Result::err),
            content: body.json().ok(),
            summary: body.summary(),
        })
    }

    /// What is no file of its own: only its envelope.
    fn bare(&self, bytes: &[u8]) -> Result<Report, Failure> {
        let envelope = Unverified::parse(bytes).in_file(&self.file)?;
        let signature = |key| Signature { key, signer: None, standing: Standing::NotChecked };
        Ok(Report {
            kind: envelope.kind(),
            bytes: bytes.len(),
            header: None,
            signatures: envelope.signers().map(signature).collect(),
            accepted: None,
            error: None,
            content: None,
            summary: Vec::new(),
        })
    }
}

/// What the trust list says of one signature. This explains; whether the file is accepted the library alone decides.
fn standing(trust: &Trust, bytes: &[u8], index: usize, kind: Kind, header: &Header) -> (Option<String>, Standing) {
    let Ok(envelope) = Unverified::parse(bytes) else { return (None, Standing::NotChecked) };
    let id = envelope.signers().nth(index).flatten();
    let entries: Vec<_> = trust.list().keys.iter().filter(|entry| Some(entry.key.id()) == id).collect();
    let Some(first) = entries.first() else { return (None, Standing::UnknownKey) };
    let signer = Some(first.signer.clone());
    let of_kind = |entry: &TrustedKey| entry.kinds.contains(&kind);
    let of_place =
        |entry: &TrustedKey| entry.place.is_none_or(|own| header.place.is_some_and(|place| own.contains(place)));
    let of_time = |entry: &TrustedKey| entry.from <= header.issued && header.issued < entry.until;
    let standing = if !envelope.verifies(index, &first.key) {
        Standing::DoesNotFit
    } else if entries.iter().any(|entry| of_kind(entry) && of_place(entry) && of_time(entry)) {
        Standing::Good
    } else if !entries.iter().any(|entry| of_kind(entry)) {
        Standing::NotThisKind
    } else if !entries.iter().any(|entry| of_kind(entry) && of_place(entry)) {
        Standing::NotThisPlace
    } else {
        Standing::NotAtThatTime
    };
    (signer, standing)
}

impl<E: healthcode::error::Coded> From<&E> for ErrorReport {
    fn from(error: &E) -> Self {
        Self { code: error.code(), message: error.to_string() }
    }
}

impl Report {
    fn print(&self) -> Result<(), Failure> {
        let line = |name: &str, value: String| answer(format_args!("{name:<11}{value}"));
        line("kind", self.kind.to_string())?;
        line("size", format!("{} bytes", grouped(self.bytes)))?;
        if let Some(Header { version, issued, expires, place }) = &self.header {
            line("version", version.to_string())?;
            line("issued", issued.to_string())?;
            line("expires", expires.to_string())?;
            line("place", place.map_or_else(|| "everywhere".to_owned(), |place| place.to_string()))?;
        }
        for signature in &self.signatures {
            let key = signature.key.map_or_else(|| "named elsewhere".to_owned(), |key| key.to_string());
            let signer = signature.signer.as_ref().map(|signer| format!(" ({signer})")).unwrap_or_default();
            line("signature", format!("by key {key}{signer}: {}", signature.standing.words()))?;
        }
        for (index, text) in self.summary.iter().enumerate() {
            line(if index == 0 { "content" } else { "" }, text.clone())?;
        }
        match (&self.error, self.accepted) {
            (Some(ErrorReport { code, message }), _) => line("verdict", format!("refused [{code}]: {message}")),
            (None, Some(true)) => line("verdict", "accepted".to_owned()),
            _ => Ok(()),
        }
    }
}
