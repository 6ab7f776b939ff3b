//! `inspect`: what a signed file is, who signed it, and whether they may.

mod content;
mod folder;

use std::path::{Path, PathBuf};

use clap::Args;
use healthcode::calendar::{Span, Time};
use healthcode::cbor::{Cbor, Reader};
use healthcode::code::CertificateAnswer;
use healthcode::code::StatusList;
use healthcode::code::certificate::{CertificateRequest, DayCertificate};
use healthcode::code::claims::Code;
use healthcode::code::status::is_list;
use healthcode::code::wire::{code_text, from_text};
use healthcode::facts::Record;
use healthcode::limits::MANIFEST_STALE_HOURS;
use healthcode::mailbox::Mailbox;
use healthcode::risk::RiskTable;
use healthcode::rules::pack::Pack;
use healthcode::trust::file::{FileError, read_unverified};
use healthcode::trust::{Body, Header, KeyId, Kind, Manifest, PublicKey, Trust, TrustList, Unverified};
use healthcode::unseen::shown;
use healthcode::venue::code::PREFIX;
use healthcode::venue::{self, ExposureList, VenueCode};
use serde::Serialize;
use serde_json::json;

use self::content::{Show, certificate_in};

use crate::args::trust::TrustFiles;
use crate::exit::Exit;
use crate::failure::{Failure, InFile, sentence};
use crate::files;
use crate::format::{grouped, local};
use crate::output::{answer, answer_json};
use crate::publication::{FILES, MANIFEST, Public};
use crate::standing::{Standing, standing};
use crate::terminal::say;
use crate::values::{Clock, clock};

/// Show what a signed file is, who signed it, and whether they may
///
/// Without --trust and --root, signatures are not checked, because nothing says who may sign. For a trust list itself,
/// --root is enough, and for a folder that is published: then it says what a phone with these roots takes of it.
#[derive(Args)]
pub(crate) struct Inspect {
    /// The signed file, or a folder that is published
    file: PathBuf,
    #[command(flatten)]
    checking: Checking,
    /// Print everything as JSON, the content included
    #[arg(long)]
    json: bool,
}

/// By which list a file is checked, and for when.
#[derive(Args)]
pub(crate) struct Checking {
    #[command(flatten)]
    trust: TrustFiles,
    /// The moment to check for: a time, a date, or `system` for the machine's clock; needed with --root
    #[arg(long, value_name = "TIME", value_parser = clock)]
    now: Option<Clock>,
}

/// All that there is to say.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Inspection {
    kind: Kind,
    bytes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<Header>,
    signatures: Vec<Signature>,
    /// Absent where it was not checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<bool>,
    /// Since when a manifest is too old for phones to rely on, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    stale: Option<Time>,
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

#[derive(Serialize)]
struct ErrorReport {
    code: &'static str,
    message: String,
}

impl Inspect {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        if self.file.join(MANIFEST).is_file() {
            return folder::inspect(&self.file, &self.checking.trust, self.checking.now(), self.json);
        }
        let bytes = self.read()?;
        if is_list(&bytes) {
            return self.status_list(&bytes);
        }
        let report = self.checking.report(&bytes, &self.file)?;
        if self.json {
            answer_json(&report)?
        } else {
            report.lines().iter().try_for_each(answer)?
        }
        if !report.was_checked() {
            say("the signatures were not checked: give --trust, --root and --now to check them");
        }
        // Beside enough good signatures a bad one is ignored, as phones do.
        let good = report.accepted.unwrap_or_else(|| report.signatures.iter().all(Signature::is_no_forgery));
        Ok(if good { Exit::Yes } else { Exit::No })
    }

    /// A list of withdrawn certificates, which is in an envelope of its own kind.
    fn status_list(&self, bytes: &[u8]) -> Result<Exit, Failure> {
        let opened = self.checking.trust()?.map(|(trust, now)| (StatusList::open(bytes, &trust, now), now));
        let (verdict, content) = match &opened {
            None => (None, None),
            Some((Err(error), _)) => (Some(Err(ErrorReport::from(error))), None),
            Some((Ok(list), now)) => (Some(Ok(*now <= list.expires())), Some(list)),
        };
        if self.json {
            let content = content.map(|list| {
                json!({ "key": list.key(), "day": list.day(), "issued": list.issued(), "expires": list.expires(),
                        "withdrawn": list.withdrawn() })
            });
            let (accepted, error) = match &verdict {
                Some(Ok(current)) => (Some(*current), None),
                Some(Err(error)) => (Some(false), Some(error)),
                None => (None, None),
            };
            answer_json(
                &json!({ "kind": "status-list", "bytes": bytes.len(), "accepted": accepted, "error": error, "content": content }),
            )?;
        } else {
            answer("kind       status-list")?;
            answer(format_args!("size       {} bytes", grouped(bytes.len())))?;
            if let Some(list) = content {
                answer(format_args!("key        {}", list.key()))?;
                answer(format_args!("day        {} (UTC)", list.day()))?;
                answer(format_args!("issued     {}", local(list.issued())))?;
                answer(format_args!("expires    {}", local(list.expires())))?;
                answer(format_args!("content    withdrawn certificates: {}", grouped(list.withdrawn())))?;
            }
            match &verdict {
                Some(Ok(true)) => answer("verdict    accepted")?,
                Some(Ok(false)) => answer("verdict    too old: a code whose certificate is in it is undecided")?,
                Some(Err(ErrorReport { code, message })) => {
                    answer(format_args!("verdict    refused [{code}]: {message}"))?
                }
                None => say("neither the list nor its signature was read: give --trust, --root and --now"),
            }
        }
        Ok(if matches!(verdict, None | Some(Ok(true))) { Exit::Yes } else { Exit::No })
    }

    /// The bytes of the file, or of the text of a code that is in it.
    fn read(&self) -> Result<Vec<u8>, Failure> {
        let bytes = files::read(&self.file)?;
        match core::str::from_utf8(&bytes) {
            Ok(text) if code_text(text).is_some() => from_text(text).in_file(&self.file),
            Ok(text) if text.trim_start().starts_with(PREFIX) => venue::code::from_text(text).in_file(&self.file),
            _ => files::no_text(bytes, &self.file),
        }
    }
}

impl Checking {
    /// What there is to say of the bytes of a signed file.
    pub(crate) fn report(&self, bytes: &[u8], path: &Path) -> Result<Inspection, Failure> {
        let kind = Unverified::parse(bytes).in_file(path)?.kind();
        match kind {
            Kind::TrustList => self.trust_list(bytes),
            Kind::RulePack => self.signed_file::<Pack>(bytes),
            Kind::RiskTable => self.signed_file::<RiskTable>(bytes),
            Kind::ExposureList => self.signed_file::<ExposureList>(bytes),
            Kind::VenueCode => self.signed_file::<VenueCode>(bytes),
            Kind::Manifest => self.manifest(bytes, path),
            Kind::Record => self.signed_file::<Record>(bytes),
            Kind::DayCertificate => self.certificate(bytes),
            Kind::Mailbox => self.mailbox(bytes),
            Kind::CertificateAnswer => return self.answer(bytes, path),
            Kind::CertificateRequest => {
                own_word(bytes, |request: &CertificateRequest| vec![request.enrolment, request.key])
            }
            Kind::Code => own_word(bytes, |code: &Code| {
                certificate_in(code).map(|certificate| certificate.key).into_iter().collect()
            }),
        }
        .in_file(path)
    }

    fn now(&self) -> Time {
        self.now.unwrap_or(Clock::System).now()
    }

    /// The roots that are given, and those of the trust list that is.
    pub(crate) fn roots(&self) -> Result<Vec<PublicKey>, Failure> {
        let list = self.trust()?.map(|(trust, _)| trust.list().roots.keys.clone());
        Ok([self.trust.roots().keys, list.unwrap_or_default()].concat())
    }

    /// The trust list and the moment to check with, if there is one.
    pub(crate) fn trust(&self) -> Result<Option<(Trust, Time)>, Failure> {
        let now = self.now();
        self.trust.trust.is_some().then(|| self.trust.open(now).map(|trust| (trust, now))).transpose()
    }

    fn signed_file<T: Body + Show>(&self, bytes: &[u8]) -> Result<Inspection, Failure> {
        let (header, body) = read_unverified::<T>(bytes)?;
        let Some((trust, now)) = self.trust()? else {
            return Inspection::new(bytes, &body, Some(header), None, |_, _| (None, Standing::NotChecked));
        };
        let opened = trust.open_file::<T>(bytes, now).and_then(|file| file.at(now, Span::ZERO).map(|_| ()));
        let stale = stale_since(&header, now).filter(|_| T::KIND == Kind::Manifest);
        let checked = opened.map_err(|error| ErrorReport::from(&error));
        let (place, issued) = (header.place, header.issued);
        Inspection::new(bytes, &body, Some(header), Some(checked), |envelope, index| {
            standing(&trust, envelope, index, place, issued)
        })
        .map(|report| Inspection { stale, ..report })
    }

    /// A manifest; in which lane packs are, the files say that it names, if they are where it was published.
    fn manifest(&self, bytes: &[u8], path: &Path) -> Result<Inspection, Failure> {
        let mut report = self.signed_file::<Manifest>(bytes)?;
        let (_, manifest) = read_unverified::<Manifest>(bytes)?;
        let folder = path.with_file_name(FILES);
        for (line, named) in report.summary.iter_mut().zip(&manifest.files) {
            let path = folder.join(named.digest.to_string());
            let file = path.is_file().then(|| files::read_signed(&path).and_then(Public::read));
            if file.is_some_and(|file| file.is_ok_and(|file| file.named == *named && file.line.emergency)) {
                line.push_str(", in the emergency lane");
            }
        }
        Ok(report)
    }

    fn trust_list(&self, bytes: &[u8]) -> Result<Inspection, Failure> {
        let (header, body) = read_unverified::<TrustList>(bytes)?;
        let roots = self.trust.roots();
        if roots.keys.is_empty() {
            return Inspection::new(bytes, &body, Some(header), None, |_, _| (None, Standing::NotChecked));
        }
        let checked = Trust::open(bytes, &roots, self.now());
        let checked = checked.map(|_| ()).map_err(|error| {
            let (code, message) = self.trust.refusal(error, bytes).first();
            ErrorReport { code, message: shown(&message).into_owned() }
        });
        Inspection::new(bytes, &body, Some(header), Some(checked), |envelope, index| {
            let id = envelope.signers().nth(index).flatten();
            let known = roots.keys.iter().map(|root| (root, "root"));
            let named = body.roots.keys.iter().map(|root| (root, "root that this list names"));
            match known.chain(named).find(|(root, _)| Some(root.id()) == id) {
                Some((root, whose)) if envelope.verifies(index, root) => (Some(whose.to_owned()), Standing::Good),
                Some((_, whose)) => (Some(whose.to_owned()), Standing::DoesNotFit),
                None => (None, Standing::NoRoot),
            }
        })
    }

    fn certificate(&self, bytes: &[u8]) -> Result<Inspection, Failure> {
        let body: DayCertificate = decode(bytes)?;
        let Some((trust, now)) = self.trust()? else {
            return Inspection::new(bytes, &body, None, None, |_, _| (None, Standing::NotChecked));
        };
        let checked = DayCertificate::open(bytes, &trust).and_then(|certified| certified.certificate().check(now));
        let checked = checked.map_err(|error| ErrorReport::from(&error));
        Inspection::new(bytes, &body, None, Some(checked), |envelope, index| {
            standing(&trust, envelope, index, Some(body.place), body.issued)
        })
    }
}

impl Checking {
    fn mailbox(&self, bytes: &[u8]) -> Result<Inspection, Failure> {
        let body = Mailbox::read_unverified(bytes)?;
        let Some((trust, now)) = self.trust()? else {
            return Inspection::new(bytes, &body, None, None, |_, _| (None, Standing::NotChecked));
        };
        let checked = Mailbox::open(bytes, &trust).and_then(|mailbox| mailbox.check(now));
        let checked = checked.map_err(|error| ErrorReport::from(&error));
        Inspection::new(bytes, &body, None, Some(checked), |envelope, index| {
            standing(&trust, envelope, index, Some(body.place), body.issued)
        })
    }

    /// The certificate in an issuer's answer: what comes with it is a secret of the person's phones.
    fn answer(&self, bytes: &[u8], path: &Path) -> Result<Inspection, Failure> {
        let CertificateAnswer { certificate, .. } = decode(bytes).in_file(path)?;
        self.report(&certificate.0, path)
    }
}

/// What is signed with the keys that come with it.
fn own_word<T: Show + Cbor>(bytes: &[u8], keys: impl FnOnce(&T) -> Vec<PublicKey>) -> Result<Inspection, Failure> {
    let body: T = decode(bytes)?;
    let keys = keys(&body);
    Inspection::new(bytes, &body, None, None, |envelope, index| {
        let fits = keys.iter().any(|key| envelope.verifies(index, key));
        (None, if fits { Standing::FitsItsKey } else { Standing::DoesNotFit })
    })
}

/// Since when a manifest is too old for phones to rely on, if it is.
fn stale_since(header: &Header, now: Time) -> Option<Time> {
    Some(header.issued.plus(Span::seconds(MANIFEST_STALE_HOURS * 3_600))).filter(|stale| *stale <= now)
}

/// The content of something signed that has no header.
fn decode<T: Cbor>(bytes: &[u8]) -> Result<T, Failure> {
    let envelope = Unverified::parse(bytes)?;
    let mut r = Reader::new(envelope.payload());
    match T::read(&mut r) {
        Some(body) if r.is_empty() => Ok(body),
        _ => Err(FileError::Malformed { kind: envelope.kind(), at: r.spot() }.into()),
    }
}

impl<E: healthcode::error::Coded> From<&E> for ErrorReport {
    fn from(error: &E) -> Self {
        Self { code: error.code(), message: shown(&sentence(error)).into_owned() }
    }
}

impl Signature {
    fn is_no_forgery(&self) -> bool {
        self.standing != Standing::DoesNotFit
    }
}

impl Inspection {
    /// `checked` is whether it is accepted, if that could be asked.
    fn new(
        bytes: &[u8],
        body: &impl Show,
        header: Option<Header>,
        checked: Option<Result<(), ErrorReport>>,
        standing: impl Fn(&Unverified<'_>, usize) -> (Option<String>, Standing),
    ) -> Result<Self, Failure> {
        let envelope = Unverified::parse(bytes)?;
        let signature = |(index, key)| {
            let (signer, standing) = standing(&envelope, index);
            Signature { key, signer, standing }
        };
        Ok(Self {
            kind: envelope.kind(),
            bytes: bytes.len(),
            header,
            signatures: envelope.signers().enumerate().map(signature).collect(),
            accepted: checked.as_ref().map(Result::is_ok),
            stale: None,
            error: checked.and_then(Result::err),
            content: body.json(),
            summary: body.summary(),
        })
    }

    /// Whether there was a list or a root to check signatures by, or a key that came with them.
    pub(crate) fn was_checked(&self) -> bool {
        self.signatures.iter().all(|signature| signature.standing != Standing::NotChecked)
    }

    /// The keys whose signatures do not fit what they are said to have signed.
    pub(crate) fn forged(&self) -> impl Iterator<Item = KeyId> {
        self.signatures.iter().filter(|signature| !signature.is_no_forgery()).filter_map(|signature| signature.key)
    }

    /// All of it in lines for people.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = |name: &str, value: String| lines.push(format!("{name:<11}{value}"));
        line("kind", self.kind.to_string());
        line("size", format!("{} bytes", grouped(self.bytes)));
        if let Some(Header { version, issued, expires, place }) = &self.header {
            line("version", version.to_string());
            line("issued", local(*issued));
            line("expires", local(*expires));
            line("place", place.map_or_else(|| "everywhere".to_owned(), |place| place.to_string()));
        }
        for signature in &self.signatures {
            let key = signature.key.map_or_else(|| "in the certificate".to_owned(), |key| key.to_string());
            let signer = signature.signer.as_ref().map(|signer| format!(" ({signer})")).unwrap_or_default();
            line("signature", format!("by key {key}{signer}: {}", signature.standing.words()));
        }
        for (index, text) in self.summary.iter().enumerate() {
            line(if index == 0 { "content" } else { "" }, text.clone());
        }
        match (&self.error, self.accepted) {
            (Some(ErrorReport { code, message }), _) => line("verdict", format!("refused [{code}]: {message}")),
            (None, Some(true)) => match self.stale {
                Some(since) => line(
                    "verdict",
                    format!("accepted, but stale since {}: a manifest is issued every hour", local(since)),
                ),
                None => line("verdict", "accepted".to_owned()),
            },
            _ => {}
        }
        lines
    }
}
