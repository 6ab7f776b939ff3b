//! The issuer without HTTP: whose phone it is, and its certificate.

use std::sync::Arc;

use healthcode::calendar::Time;
use healthcode::cbor::{Bytes, to_bytes};
use healthcode::code::CertificateAnswer;
use healthcode::code::certificate::{CertificateError, CertificateRequest, DayCertificate};
use healthcode::code::status::day_of;
use healthcode::error::Coded;
use healthcode::log::LoggedFinding;
use healthcode::log::Policy;
use healthcode::place::Place;
use healthcode::trust::SecretKey;

use super::floor::Asking;
use super::identity::Identify;
use super::logged::digest;
use super::login::LoginError;
use super::mailroom::Mailroom;
use super::published::{Published, Source};
use super::statuses::Lists;
use crate::acts::officers::Officer;
use crate::failure::Failure;
use crate::store::{Entry, Numbered, Store, StoreError};

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IssueError {
    #[error(transparent)]
    Request(#[from] CertificateError),
    #[error("this issuer certifies for place {region} only")]
    NotHere { region: Place },
    #[error("this phone is not enrolled as that person's")]
    NotEnrolled,
    #[error("the issuer cannot reach its database just now; ask again")]
    Away(StoreError),
    #[error("the issuer failed; its log says why")]
    Issuer(Failure),
}

impl Coded for IssueError {
    fn code(&self) -> &'static str {
        match self {
            Self::Request(error) => error.code(),
            Self::NotHere { .. } => "issuer-not-here",
            Self::NotEnrolled => "issuer-not-enrolled",
            Self::Away(_) | Self::Issuer(_) => "issuer-fault",
        }
    }
}

impl From<StoreError> for IssueError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Away(_) => Self::Away(error),
            _ => Self::Issuer(error.into()),
        }
    }
}

/// Why a login token enrols nobody.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogInRefused {
    #[error(transparent)]
    Token(#[from] LoginError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What tells the time.
pub(crate) trait Clock: Send + Sync {
    fn now(&self) -> Time;
}

/// An issuer.
pub(crate) struct Office {
    /// What officers call it.
    pub(crate) name: String,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) source: Box<dyn Source>,
    pub(crate) identity: Arc<dyn Identify>,
    pub(crate) officers: Vec<Officer>,
    pub(crate) store: Store,
    pub(crate) asking: Arc<Asking>,
    /// The key that signs certificates.
    pub(crate) certificates: Arc<SecretKey>,
    /// Where what is said between certificates is put, if it is.
    pub(crate) mailroom: Option<Mailroom>,
    /// What a proof takes that something is in the public log; where there is none, entries act without.
    pub(crate) log: Option<Policy>,
    /// The key that signs records of tests, vaccinations and exemptions, if they are given.
    pub(crate) records: Option<Arc<SecretKey>>,
    /// The cap of grounds for which the rules have none.
    pub(crate) cap: Option<u32>,
    /// Those that signed them before.
    pub(crate) retired: Vec<Arc<SecretKey>>,
    /// The status lists that it has made.
    pub(crate) lists: Lists,
    /// For how many hours they hold.
    pub(crate) hours: u8,
    /// Whether it is the demo: its clock may be of another time, its files change with that, and its rules, which are of 2020 and
    /// list no grounds, let any be named.
    pub(crate) demo: bool,
}

impl Office {
    pub(crate) fn now(&self) -> Time {
        self.clock.now()
    }

    pub(crate) fn published(&self) -> Result<Arc<Published>, Failure> {
        // Signing and reading files must not hold up others.
        tokio::task::block_in_place(|| self.source.published(self.now()))
    }

    /// Checks that phones can use what is published, take the certificates of this issuer, and find their mailboxes.
    pub(crate) fn ready(&self) -> Result<(), Failure> {
        let now = self.now();
        self.published()?.check(&self.certificates.public(), now)?;
        self.mailroom.as_ref().map_or(Ok(()), |room| room.check(now)).map_err(Into::into)
    }

    /// Enrols a phone by the login token of the app's backend.
    pub(crate) async fn log_in(&self, token: &str) -> Result<(), LogInRefused> {
        let now = self.now();
        let login = tokio::task::block_in_place(|| self.identity.log_in(token, now))?;
        if self.store.log_in(&login, now).await? { Ok(()) } else { Err(LoginError::Again.into()) }
    }

    /// Certifies a key for whoever asks with a request that it and their enrolment key have signed.
    pub(crate) async fn certify(&self, request: &[u8]) -> Result<Vec<u8>, IssueError> {
        let now = self.now();
        let request = CertificateRequest::open(request, now)?;
        let published = self.published().map_err(IssueError::Issuer)?;
        if !published.rules_for(request.place) {
            return Err(IssueError::NotHere { region: published.place() });
        }
        let signer = self.certificates.public();
        if !published.certifies(&signer, request.place, now) {
            // It is another place, or no phone takes it.
            published.check(&signer, now).map_err(IssueError::Issuer)?;
            return Err(IssueError::NotHere { region: published.place() });
        }
        let person = match self.identity.of_request(&request) {
            Some(person) => {
                self.store.enrol(&request.enrolment, &person, now).await?;
                person
            }
            None => match self.store.phone(&request.enrolment).await? {
                Some((person, Some(shown))) if shown == self.identity.shown(&request.identity) => person,
                _ => return Err(IssueError::NotEnrolled),
            },
        };
        let (entries, mut findings) =
            self.logged(&published, &person, self.store.entries(&person, now, self.log.is_some()).await?, now).await?;
        let mut entries: Vec<Entry> = entries.into_iter().map(|acting| acting.entry).collect();
        // Rules that no longer list a ground have taken it away from everybody.
        entries.retain(|entry| published.still_founds(&entry.ground, now, self.demo));
        let floor = || self.asking.floor(&entries, &published.rules, request.enrolment, now);
        let (floor, ground) = tokio::task::block_in_place(floor).map_err(IssueError::Issuer)?;
        let CertificateRequest { key, enrolment, place, identity, .. } = request;
        let (signer, day) = (self.certificates.public().id(), day_of(now));
        let numbered = Numbered { signer, day, phone: &enrolment, person: &person, place };
        let number = self.store.number(&numbered).await?.ok_or(IssueError::NotEnrolled)?;
        let number = Some(number);
        let certificate =
            DayCertificate { key, place, floor, identity, issued: now, hours: self.hours, ground, number };
        let certificate = certificate.sign(&self.certificates);
        let Some(room) = &self.mailroom else { return Ok(certificate) };
        let mailbox = room.key(&person).map_err(IssueError::Issuer)?;
        let record = self.record(&person, enrolment, place, now).await?.map(Bytes);
        let ground = |found: &LoggedFinding| found.finding().map(|finding| finding.ground);
        findings.retain(|found| entries.iter().any(|entry| Some(&entry.ground) == ground(found).as_ref()));
        let logged = findings.iter().map(|found| Bytes(to_bytes(found))).collect();
        let logged = Some(logged).filter(|logged: &Vec<Bytes>| !logged.is_empty());
        let person = self.log.as_ref().and_then(|_| digest(person.as_str()));
        let answer = CertificateAnswer { certificate: Bytes(certificate), mailbox, logged, record, person };
        Ok(answer.sign(&self.certificates))
    }
}
