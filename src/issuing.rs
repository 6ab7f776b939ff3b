//! What issuers do beside [`crate::authoring`]: sign files, name them in a manifest as phones will take it, and certify.

use crate::calendar::Time;
use crate::code::certificate::{CertificateError, CertificateRequest, DayCertificate};
use crate::colour::Colour;
use crate::risk::RiskTable;
use crate::rules::pack::Pack;
use crate::trust::envelope::countersign;
use crate::trust::file::{FileError, check_content, read_unverified, sign_file};
use crate::trust::list::TrustError;
use crate::trust::{Body, Header, Kind, Manifest, Named, Roots, SecretKey, Trust, TrustList, Unverified};
use crate::venue::ExposureList;

/// The bytes of a file that these keys sign.
///
/// # Errors
/// If no phone could use it: it has no signer, is not sound, is about places outside its own, or is valid for too long or never.
pub fn signed<'k, T: Body>(
    header: &Header,
    body: &T,
    keys: impl IntoIterator<Item = &'k SecretKey>,
) -> Result<Vec<u8>, FileError> {
    check_content(header, body)?;
    let mut others = keys.into_iter();
    let first = others.next().ok_or(FileError::UnknownKey { kind: T::KIND })?;
    let mut bytes = sign_file(header, body, first);
    for key in others {
        bytes = countersign(&bytes, key)?;
    }
    read_unverified::<T>(&bytes)?;
    Ok(bytes)
}

/// The manifest of these files, the trust list among them, once each has been opened as a phone that pins `roots` does.
///
/// # Errors
/// [`TrustError`] for the first file that phones would refuse.
pub fn manifest(header: &Header, files: &[Vec<u8>], roots: &Roots, key: &SecretKey) -> Result<Vec<u8>, TrustError> {
    let now = header.issued;
    let is_list = |file: &&Vec<u8>| Unverified::parse(file).is_ok_and(|file| file.kind() == Kind::TrustList);
    let list = files.iter().find(is_list).ok_or(TrustError::NoRoots)?;
    let trust = Trust::open(list, roots, now)?;
    let named = |bytes: &Vec<u8>| match Unverified::parse(bytes).map_err(FileError::from)?.kind() {
        Kind::TrustList => read_unverified::<TrustList>(bytes).map(|(header, list)| Named::of(&header, &list, bytes)),
        Kind::RulePack => opened::<Pack>(&trust, bytes, now),
        Kind::RiskTable => opened::<RiskTable>(&trust, bytes, now),
        Kind::ExposureList => opened::<ExposureList>(&trust, bytes, now),
        found => Err(FileError::WrongKind { wanted: Kind::RulePack, found }),
    };
    let files = files.iter().map(named).collect::<Result<_, _>>()?;
    let bytes = signed(header, &Manifest { files }, [key])?;
    trust.open_file::<Manifest>(&bytes, now)?;
    Ok(bytes)
}

fn opened<T: Body>(trust: &Trust, bytes: &[u8], now: Time) -> Result<Named, FileError> {
    trust.open_file::<T>(bytes, now).map(|file| Named::of_file(file.about(), bytes.len()))
}

/// Certifies for so many hours the key of whoever signed the request, and what it says of them.
///
/// # Errors
/// [`CertificateError`] if the request is refused at `now`, or no phone would take the certificate.
pub fn certify(
    request: &[u8],
    now: Time,
    hours: u8,
    floor: Option<(Colour, String)>,
    by: &SecretKey,
) -> Result<Vec<u8>, CertificateError> {
    let CertificateRequest { key, place, identity, .. } = CertificateRequest::open(request, now)?;
    let (floor, ground) = floor.map_or((Colour::Green, None), |(colour, ground)| (colour, Some(ground)));
    let certificate = DayCertificate { key, place, floor, identity, issued: now, hours, ground, number: None };
    certificate.check_claims()?;
    Ok(certificate.sign(by))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::{code_of, header, key, list, now, pack, place, risk, roots, trust, trust_list};
    use crate::code::certificate::Identity;

    fn manifest_of(files: &[Vec<u8>]) -> Result<Vec<u8>, TrustError> {
        manifest(
            &Header { expires: now().plus(crate::calendar::Span::days(1)), issued: now(), ..header(1, None) },
            files,
            &roots(),
            &key("manifest"),
        )
    }

    fn rules(by: &[SecretKey]) -> Vec<u8> {
        signed(&header(1, Some("3301")), &pack(), by).unwrap()
    }

    #[test]
    fn a_manifest_names_what_phones_will_take_and_nothing_else() {
        let both = rules(&[key("rules-1"), key("rules-2")]);
        let bytes = manifest_of(&[trust_list(), both.clone(), risk()]).unwrap();
        let manifest = trust().open_file::<Manifest>(&bytes, now()).unwrap();
        let kinds: Vec<_> = manifest.body().files.iter().map(|named| named.kind).collect();
        assert_eq!(kinds, [Kind::TrustList, Kind::RulePack, Kind::RiskTable]);

        assert_eq!(code_of(manifest_of(&[both])), "trust-no-roots");
        assert_eq!(code_of(manifest_of(&[trust_list(), rules(&[key("rules-1")])])), "file-too-few-signers");
        assert_eq!(code_of(manifest_of(&[trust_list(), rules(&[key("elsewhere")])])), "file-unknown-key");
        assert_eq!(code_of(manifest_of(&[trust_list(), bytes])), "file-wrong-kind");
        assert_eq!(code_of(manifest_of(&[trust_list(), b"no file".to_vec()])), "cbor-truncated");
        let other = signed(&header(5, None), &list(), &[key("other")]).unwrap();
        assert_eq!(code_of(manifest_of(&[other])), "trust-other-roots");
    }

    #[test]
    fn what_nobody_signs_or_phones_would_refuse_is_not_signed() {
        assert_eq!(code_of(signed(&header(1, Some("3301")), &pack(), &[])), "file-unknown-key");
        let keys = [key("rules-1")];
        assert_eq!(code_of(signed(&header(1, Some("42")), &pack(), &keys)), "file-out-of-place");
        let never = Header { expires: header(1, None).issued, ..header(1, Some("3301")) };
        assert_eq!(code_of(signed(&never, &pack(), &keys)), "file-never-valid");
    }

    #[test]
    fn whoever_asks_with_two_keys_is_certified_and_a_floor_needs_its_ground() {
        let identity = Identity::mask("张三", "330106190001010000").unwrap();
        let asked = CertificateRequest::sign(&key("phone"), &key("day"), place("3301"), identity, now()).unwrap();
        let by = key("certificate");
        let open = |bytes: &[u8]| DayCertificate::open(bytes, &trust()).unwrap().certificate().clone();
        let green = open(&certify(&asked, now(), 24, None, &by).unwrap());
        assert_eq!((green.key, green.floor, green.ground), (key("day").public(), Colour::Green, None));
        let floor = |ground: &str| certify(&asked, now(), 24, Some((Colour::Red, ground.to_owned())), &by);
        assert_eq!(open(&floor("close-contact").unwrap()).floor, Colour::Red);
        assert_eq!(code_of(floor("")), "certificate-ground");
        assert_eq!(code_of(certify(&asked, now(), 200, None, &by)), "certificate-long-lived");
        assert_eq!(code_of(certify(b"no request", now(), 24, None, &by)), "cbor-truncated");
        let late = now().plus(crate::calendar::Span::days(1));
        assert_eq!(code_of(certify(&asked, late, 24, None, &by)), "certificate-request-age");
    }
}
