//! Writes mailboxes: what is confirmed of people, for phones that look between their certificates (src/mailbox.rs).
//!
//! All of them are written anew on each of a clock's strokes, whatever has happened, so that neither when one changes nor what
//! changes in it tells anything. What is in them follows from the database, the keys and the published rules alone: any number of
//! issuers of one database write the same bytes.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;

use chacha20poly1305::{AeadInOut, ChaCha20Poly1305, KeyInit as _};
use healthcode::calendar::{Span, Time};
use healthcode::cbor::to_bytes;
use healthcode::limits::{CERTIFICATE_HOURS_MAX, CLOCK_SKEW_SECONDS, MAILBOX_ENTRIES};
use healthcode::mailbox::{ENTRY_BYTES, Mailbox, MailboxKey, Notice};
use healthcode::place::Place;
use healthcode::trust::{Digest, PublicKey, SecretKey};
use hkdf::Hkdf;
use sha2::Sha256;

use super::office::Office;
use super::published::Published;
use crate::acts::id::Person;
use crate::failure::{CliError, Failure, InFile};
use crate::files;
use crate::store::{Entry, Listed};

/// The number of entries is a multiple of this, so that it does not tell when one person comes or goes.
const STEP: usize = 16;

/// For how long after the end of all that was said of somebody that is said, too: until no certificate is left that says otherwise.
fn after() -> Span {
    Span::seconds(i64::from(CERTIFICATE_HOURS_MAX) * 3_600)
}

/// What the secrets are derived for.
const SALT: &[u8] = b"healthcode issuer mailboxes";

/// Where mailboxes are written, and how many.
pub(crate) struct Mailroom {
    bits: u8,
    /// Seconds between two strokes.
    every: i64,
    /// Where they are written; nowhere, if they are made for whoever asks.
    folder: Option<PathBuf>,
    secrets: Hkdf<Sha256>,
    /// Of which moment they were written last, in seconds since 1970; 0 before the first time.
    written: AtomicI64,
}

/// All mailboxes of a moment, before they are signed.
pub(crate) struct Edition<'a> {
    room: &'a Mailroom,
    issued: Time,
    place: Place,
    /// How many entries each has.
    entries: usize,
    /// What is said of whom, by mailbox.
    listed: Vec<Vec<(MailboxKey, Notice)>>,
}

impl Mailroom {
    pub(crate) fn new(people: &SecretKey, bits: u8, every: u8, folder: Option<PathBuf>) -> Self {
        Self {
            bits,
            every: every.into(),
            folder,
            secrets: Hkdf::new(Some(SALT), people.seed()),
            written: AtomicI64::new(0),
        }
    }

    /// The last stroke of the clock.
    fn last_stroke(&self, now: Time) -> Time {
        Time::from_unix(now.unix() - now.unix().rem_euclid(self.every))
    }

    /// How long it is to the next one.
    pub(crate) fn to_next_stroke(&self, now: Time) -> Span {
        self.last_stroke(now).plus(Span::seconds(self.every)).since(now)
    }

    /// Of which moment they were written last, where they are written.
    pub(crate) fn written(&self) -> Option<Time> {
        self.folder.as_ref().map(|_| Time::from_unix(self.written.load(Ordering::Relaxed)))
    }

    /// Whether phones find them as they should be: three strokes may be missed.
    pub(crate) fn check(&self, now: Time) -> Result<(), CliError> {
        match self.written() {
            Some(written) if now.since(written) > Span::seconds(4 * self.every) => {
                Err(CliError::MailboxesLate { written: Some(written).filter(|written| written.unix() > 0) })
            }
            _ => Ok(()),
        }
    }

    /// What opens a person's entries. All their phones have the same, and it is kept nowhere else.
    pub(crate) fn key(&self, person: &Person) -> Result<MailboxKey, Failure> {
        let secret = self.derive(&[b"person", person.as_str().as_bytes()])?;
        Ok(MailboxKey::new(secret, self.bits).ok_or(CliError::Mailboxes)?)
    }

    /// The file of a mailbox; none has another number.
    pub(crate) fn file(&self, bits: u8, number: u32) -> Option<PathBuf> {
        let there = bits == self.bits && u64::from(number) < 1 << self.bits;
        self.folder.as_ref().filter(|_| there).map(|folder| folder.join(bits.to_string()).join(number.to_string()))
    }

    fn derive<const N: usize>(&self, info: &[&[u8]]) -> Result<[u8; N], Failure> {
        let mut derived = [0; N];
        self.secrets.expand_multi_info(info, &mut derived).map_err(|_| CliError::Mailboxes)?;
        Ok(derived)
    }

    /// Puts what is said of people into the mailboxes of a moment.
    pub(crate) fn edition(
        &self,
        said: Vec<(Person, Notice)>,
        place: Place,
        issued: Time,
    ) -> Result<Edition<'_>, Failure> {
        let mut listed: Vec<Vec<_>> = (0..1_u32 << self.bits).map(|_| Vec::new()).collect();
        for (person, notice) in said {
            let key = self.key(&person)?;
            let number = usize::try_from(key.number()).ok();
            listed.get_mut(number.ok_or(CliError::Mailboxes)?).ok_or(CliError::Mailboxes)?.push((key, notice));
        }
        let fullest = listed.iter().map(Vec::len).max().unwrap_or_default();
        let entries = fullest.max(1).next_multiple_of(STEP);
        if entries > MAILBOX_ENTRIES {
            return Err(CliError::MailboxesFull { entries: fullest }.into());
        }
        Ok(Edition { room: self, issued, place, entries, listed })
    }
}

impl Edition<'_> {
    /// Of how many mailboxes.
    pub(crate) fn len(&self) -> usize {
        self.listed.len()
    }

    /// How many entries each has, with those that say nothing.
    pub(crate) const fn entries(&self) -> usize {
        self.entries
    }

    /// A mailbox, signed.
    pub(crate) fn mailbox(&self, number: u32, signer: &SecretKey) -> Result<Vec<u8>, Failure> {
        let Self { room, issued, place, entries: count, .. } = self;
        let listed = usize::try_from(number).ok().and_then(|number| self.listed.get(number));
        let listed = listed.ok_or(CliError::Mailboxes)?;
        let (at, bits, number_bytes) = (issued.unix().to_be_bytes(), [room.bits], number.to_be_bytes());
        // Whatever differs in what is said, the keys of the entries do, too.
        let said: Vec<u8> =
            listed.iter().flat_map(|(key, notice)| [to_bytes(key), to_bytes(notice)].concat()).collect();
        let salt: [u8; 16] = room.derive(&[b"salt", &at, &bits, &number_bytes, &Digest::of(&said).0])?;
        let mut entries = listed
            .iter()
            .map(|(key, notice)| key.seal(*issued, salt, notice).ok_or_else(|| CliError::Mailboxes.into()))
            .collect::<Result<Vec<_>, Failure>>()?;
        let filling: [u8; 32] = room.derive(&[b"filling", &at, &bits, &number_bytes, &salt])?;
        let mut random = vec![0; count.saturating_sub(listed.len()) * ENTRY_BYTES];
        ChaCha20Poly1305::new(&filling.into())
            .encrypt_inout_detached(&Default::default(), &[], random.as_mut_slice().into())
            .map_err(|_| CliError::Mailboxes)?;
        entries.extend(random.chunks_exact(ENTRY_BYTES).filter_map(|entry| <[u8; ENTRY_BYTES]>::try_from(entry).ok()));
        entries.sort_unstable();
        let (issued, place, bits) = (*issued, *place, room.bits);
        Ok(Mailbox { issued, place, bits, number, salt, entries: entries.concat() }.sign(signer))
    }

    /// Writes them where they are served from, each as a whole.
    fn write(&self, signer: &SecretKey) -> Result<(), Failure> {
        let Some(first) = self.room.file(self.room.bits, 0) else { return Ok(()) };
        let folder = first.parent().unwrap_or(&first);
        fs::create_dir_all(folder).map_err(CliError::Unwritable).in_file(folder)?;
        let numbers: Vec<u32> = (0..).take(self.len()).collect();
        in_parts(&numbers, |numbers| {
            for number in numbers {
                let Some(path) = self.room.file(self.room.bits, *number) else { continue };
                files::write(&path, &self.mailbox(*number, signer)?)?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// Does something with parts of a list at once, one for each processor; answers in the list's order.
fn in_parts<T: Sync, R: Send>(list: &[T], work: impl Fn(&[T]) -> Result<R, Failure> + Sync) -> Result<Vec<R>, Failure> {
    let parts = thread::available_parallelism().map_or(1, Into::into);
    let size = list.len().div_ceil(parts).max(1);
    thread::scope(|scope| {
        let begun: Vec<_> = list.chunks(size).map(|part| scope.spawn(|| work(part))).collect();
        begun.into_iter().map(|part| part.join().unwrap_or_else(|_| Err(CliError::Mailboxes.into()))).collect()
    })
}

impl Office {
    /// What is said of these people at a moment. Many have the same entries, for which the rules are asked once.
    pub(crate) fn said(
        &self,
        listed: Vec<Listed>,
        published: &Published,
        issued: Time,
    ) -> Result<Vec<(Person, Notice)>, Failure> {
        let founded = |entry: &Entry| published.still_founds(&entry.ground, issued, self.demo);
        let mut of: HashMap<Vec<Entry>, Vec<Person>> = HashMap::new();
        for (person, entries) in listed {
            let entries: Vec<Entry> = entries.into_iter().map(|acting| acting.entry).filter(founded).collect();
            of.entry(entries).or_default().push(person);
        }
        let of: Vec<_> = of.into_iter().collect();
        let whose = self.certificates.public();
        let said = in_parts(&of, |part| {
            let notice = |entries: &[Entry]| self.notice(entries, published, whose, issued);
            part.iter().map(|(entries, _)| notice(entries)).collect::<Result<Vec<_>, Failure>>()
        })?;
        let each = said.into_iter().flatten().zip(of);
        let mut said: Vec<(Person, Notice)> = each
            .flat_map(|(notice, (_, persons))| persons.into_iter().map(move |person| (person, notice.clone())))
            .collect();
        said.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        Ok(said)
    }

    fn notice(
        &self,
        entries: &[Entry],
        published: &Published,
        whose: PublicKey,
        issued: Time,
    ) -> Result<Notice, Failure> {
        let (floor, ground) = self.asking.floor(entries, &published.rules, whose, issued)?;
        // What it comes from holds to its end, by whichever of several entries that is latest.
        let grounds = entries.iter().filter(|entry| entry.since <= issued && Some(&entry.ground) == ground.as_ref());
        let until = grounds.map(|entry| entry.until).max().unwrap_or_else(|| issued.plus(after()));
        Ok(Notice { floor, until, ground })
    }

    /// A mailbox as it is now, if it is there.
    pub(crate) async fn mailbox(&self, bits: u8, number: u32) -> Result<Option<Vec<u8>>, Failure> {
        let Some(room) = &self.mailroom else { return Ok(None) };
        if room.folder.is_some() {
            let Some(path) = room.file(bits, number) else { return Ok(None) };
            return Ok(tokio::task::block_in_place(|| fs::read(path).ok()));
        }
        if bits != room.bits || u64::from(number) >= 1 << bits {
            return Ok(None);
        }
        let issued = self.now();
        let published = self.published()?;
        let listed = self.store.listed(issued, after(), self.log.is_some()).await?;
        let listed = self.all_logged(&published, listed, issued).await?;
        tokio::task::block_in_place(|| {
            let said = self.said(listed, &published, issued)?;
            room.edition(said, published.place(), issued)?.mailbox(number, &self.certificates).map(Some)
        })
    }

    /// Writes all mailboxes of the last stroke; says of which moment they are, how many, and how many entries each has.
    pub(crate) async fn write_mailboxes(&self, room: &Mailroom) -> Result<(Time, usize, usize), Failure> {
        let now = self.now();
        self.store.agrees(now).await?;
        let latest = now.plus(Span::seconds(CLOCK_SKEW_SECONDS));
        let issued = self.store.settle(room.last_stroke(now), latest).await?;
        let published = self.published()?;
        let listed = self.store.listed(issued, after(), self.log.is_some()).await?;
        let listed = self.all_logged(&published, listed, issued).await?;
        tokio::task::block_in_place(|| {
            let said = self.said(listed, &published, issued)?;
            let edition = room.edition(said, published.place(), issued)?;
            edition.write(&self.certificates)?;
            room.written.store(issued.unix(), Ordering::Relaxed);
            Ok((issued, edition.len(), edition.entries()))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use healthcode::colour::Colour;
    use healthcode::trust::{Header, Kind, Roots, Trust, TrustList, TrustedKey, file::sign_file};

    fn secret(number: u8) -> SecretKey {
        SecretKey::from_random(&std::array::from_fn::<u8, 32, _>(|i| number ^ u8::try_from(i).unwrap())).unwrap()
    }

    fn at() -> Time {
        Time::parse("2022-11-30T08:00:00+08:00").unwrap()
    }

    fn person(number: usize) -> Person {
        Person::of(Digest::of(&number.to_be_bytes()))
    }

    /// Of whom it is said that they are contacts.
    fn contacts(count: usize) -> Vec<(Person, Notice)> {
        let until = at().plus(Span::days(14));
        let notice = Notice { floor: Colour::Red, until, ground: Some("law-article-39".into()) };
        (0..count).map(|number| (person(number), notice.clone())).collect()
    }

    fn room(bits: u8) -> Mailroom {
        Mailroom::new(&secret(1), bits, 180, None)
    }

    fn trust() -> Trust {
        let from = at().minus(Span::days(1));
        let header = Header { version: 1, issued: from, expires: from.plus(Span::days(7)), place: None };
        let key = TrustedKey {
            key: secret(2).public(),
            signer: "issuer".into(),
            kinds: vec![Kind::DayCertificate],
            place: None,
            from,
            until: header.expires,
        };
        let roots = Roots { keys: vec![secret(3).public()], signers: 1 };
        let list = TrustList { keys: vec![key], needed: Vec::new(), roots: roots.clone(), log: None };
        Trust::open(&sign_file(&header, &list, &secret(3)), &roots, at()).unwrap()
    }

    /// All mailboxes, signed.
    fn written(edition: &Edition<'_>) -> Vec<Vec<u8>> {
        let numbers: Vec<u32> = (0..).take(edition.len()).collect();
        let signed = |numbers: &[u32]| numbers.iter().map(|number| edition.mailbox(*number, &secret(2))).collect();
        in_parts::<_, Vec<_>>(&numbers, signed).unwrap().concat()
    }

    #[test]
    fn each_listed_person_hears_it_nobody_else_does_and_all_mailboxes_look_alike() {
        let (room, trust) = (room(5), trust());
        let edition = room.edition(contacts(300), Place::COUNTRY, at()).unwrap();
        let mailboxes = written(&edition);
        let heard = |number: usize| {
            let key = room.key(&person(number)).unwrap();
            let mailbox = Mailbox::open(&mailboxes[usize::try_from(key.number()).unwrap()], &trust).unwrap();
            mailbox.notice(&key).unwrap().map(|notice| notice.floor)
        };
        assert!((0..300).all(|number| heard(number) == Some(Colour::Red)));
        assert!((300..600).all(|number| heard(number).is_none()));
        assert!(mailboxes.len() == 32 && edition.entries() % STEP == 0);
        // But for the length of their numbers.
        let lengths: Vec<_> = mailboxes.iter().map(Vec::len).collect();
        assert!(lengths.iter().max().unwrap() - lengths.iter().min().unwrap() <= 1, "{lengths:?}");
        // The same once more, and other bytes everywhere three minutes later or with one person less.
        assert!(written(&room.edition(contacts(300), Place::COUNTRY, at()).unwrap()) == mailboxes);
        let later = written(&room.edition(contacts(300), Place::COUNTRY, at().plus(Span::seconds(180))).unwrap());
        let parts = |mailboxes: &[Vec<u8>]| -> std::collections::BTreeSet<Vec<u8>> {
            let entries = mailboxes.iter().map(|bytes| Mailbox::read_unverified(bytes).unwrap().entries);
            entries.flat_map(|entries| entries.chunks(8).map(<[u8]>::to_vec).collect::<Vec<_>>()).collect()
        };
        assert!(parts(&later).is_disjoint(&parts(&mailboxes)));
        let without = written(&room.edition(contacts(299), Place::COUNTRY, at()).unwrap());
        let gone = usize::try_from(room.key(&person(299)).unwrap().number()).unwrap();
        assert!(parts(&[without[gone].clone()]).is_disjoint(&parts(&[mailboxes[gone].clone()])), "no key seals twice");
    }

    #[test]
    fn whoever_has_too_few_mailboxes_is_told() {
        let refused = room(0).edition(contacts(MAILBOX_ENTRIES + 1), Place::COUNTRY, at()).err().unwrap();
        assert_eq!(refused.first().0, "cli-mailboxes-full");
        assert!(room(0).edition(contacts(MAILBOX_ENTRIES), Place::COUNTRY, at()).is_ok());
    }

    #[test]
    fn a_stroke_is_the_same_for_all_and_comes_every_three_minutes() {
        let room = room(0);
        for seconds in [0, 1, 179] {
            let now = at().plus(Span::seconds(seconds));
            assert_eq!((room.last_stroke(now), room.to_next_stroke(now)), (at(), Span::seconds(180 - seconds)));
        }
    }

    /// `cargo test --release --all-features --bin healthcode million -- --ignored --nocapture` measures what docs/issuer.md says.
    #[test]
    #[ignore = "takes minutes without optimisation"]
    fn a_million_listed_among_a_hundred_million() {
        let trust = trust();
        for (enrolled, listed, bits) in
            [(100_000_000, 1_000_000, 13), (100_000_000, 1_000_000, 14), (10_000_000, 10_000, 10)]
        {
            let room = room(bits);
            let began = Instant::now();
            let edition = room.edition(contacts(listed), Place::COUNTRY, at()).unwrap();
            let mailboxes = written(&edition);
            let took = began.elapsed();
            let bytes = mailboxes.iter().map(Vec::len).max().unwrap();
            let key = room.key(&person(7)).unwrap();
            let heard = Mailbox::open(&mailboxes[usize::try_from(key.number()).unwrap()], &trust)
                .unwrap()
                .notice(&key)
                .unwrap();
            assert!(heard.is_some() && bytes <= 12_000);
            println!(
                "{enrolled} enrolled, {listed} listed, {bits} bits: {} people to each of {} mailboxes, {} entries, {bytes} bytes, {} \
                 bytes a day, made in {took:.1?}",
                enrolled / mailboxes.len(),
                mailboxes.len(),
                edition.entries(),
                24 * bytes,
            );
        }
    }
}
