//! Login tokens: the super-app's backend, which has checked somebody's document, signs that an enrolment key is theirs. A token
//! is a JWT (RFC 7519) by EdDSA over Ed25519 or ES256, and the backend's keys are a JWK set (RFC 7517) in a file, which is read anew
//! each time: a key is rotated by replacing the file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use healthcode::calendar::Time;
use healthcode::code::certificate::{CertificateError, CertificateRequest, Identity};
use healthcode::error::Coded;
use healthcode::limits::CLOCK_SKEW_SECONDS;
use healthcode::trust::{PublicKey, SecretKey};
use p256::ecdsa::signature::Verifier as _;
use serde::{Deserialize, Deserializer};
use unicode_normalization::UnicodeNormalization as _;

use super::identity::{Document, Identify, keyed};
use crate::acts::id::{Id, Person};
use crate::failure::Failure;
use crate::input::json::read_json;
use crate::store::Login;

/// How long a token may be.
pub(crate) const TOKEN_BYTES: usize = 4_096;

/// How long a token may hold: it is used at once.
const LONGEST: i64 = 600;

/// How long the name of a token may be.
const NAME_BYTES: usize = 128;

/// Why nobody is enrolled.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoginError {
    #[error("this is no signed token")]
    Malformed,
    #[error("it is not signed with a key of the app's backend")]
    UnknownKey,
    #[error("it is of another issuer, or for another audience")]
    Elsewhere,
    #[error("it is not valid at {now}: it holds for ten minutes at most, from when it was signed")]
    Age { now: Time },
    #[error(transparent)]
    Identity(#[from] CertificateError),
    #[error("it has been used for another phone or person since")]
    Again,
    #[error("this issuer takes no tokens: it believes what phones say")]
    NotHere,
    #[error("the keys of the app's backend cannot be read")]
    Keys(Failure),
}

impl Coded for LoginError {
    fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "login-malformed",
            Self::UnknownKey => "login-unknown-key",
            Self::Elsewhere => "login-elsewhere",
            Self::Age { .. } => "login-age",
            Self::Identity(error) => error.code(),
            Self::Again => "login-again",
            Self::NotHere => "login-not-here",
            Self::Keys(_) => "issuer-fault",
        }
    }
}

/// What a token says.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    #[serde(deserialize_with = "one_or_several")]
    aud: Vec<String>,
    iat: i64,
    exp: i64,
    jti: String,
    /// The phone's enrolment key.
    key: PublicKey,
    name: String,
    number: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrSeveral {
    One(String),
    Several(Vec<String>),
}

fn one_or_several<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match OneOrSeveral::deserialize(deserializer)? {
        OneOrSeveral::One(one) => vec![one],
        OneOrSeveral::Several(several) => several,
    })
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    kid: String,
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kid: Option<String>,
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// A key of the backend. Which algorithm it is for is its own to say, never the token's.
enum Key {
    Ed25519(PublicKey),
    P256(p256::ecdsa::VerifyingKey),
}

impl Key {
    fn of(jwk: &Jwk) -> Option<Self> {
        let part = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_deref()?).ok();
        match (jwk.kty.as_str(), jwk.crv.as_deref()?) {
            ("OKP", "Ed25519") => PublicKey::from_bytes(&part(&jwk.x)?).ok().map(Self::Ed25519),
            ("EC", "P-256") => {
                let (x, y) = (part(&jwk.x)?, part(&jwk.y)?);
                // An uncompressed point (SEC 1, section 2.3.3).
                let point = [&[4], x.as_slice(), y.as_slice()].concat();
                p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).ok().map(Self::P256)
            }
            _ => None,
        }
    }

    const fn algorithm(&self) -> &'static str {
        match self {
            Self::Ed25519(_) => "EdDSA",
            Self::P256(_) => "ES256",
        }
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ed25519(key) => signature.try_into().is_ok_and(|signature| key.verifies(message, signature)),
            Self::P256(key) => p256::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
        }
    }
}

/// Takes the tokens of one backend.
pub(crate) struct Tokens {
    people: Arc<SecretKey>,
    keys: PathBuf,
    issuer: String,
    audience: String,
}

impl Tokens {
    pub(crate) const fn new(people: Arc<SecretKey>, keys: PathBuf, issuer: String, audience: String) -> Self {
        Self { people, keys, issuer, audience }
    }

    /// The backend's keys; what is for other uses is left out.
    pub(crate) fn keys(path: &Path) -> Result<usize, Failure> {
        Ok(read_json::<KeySet>(path)?.keys.iter().filter_map(Key::of).count())
    }

    fn claims(&self, token: &str, now: Time) -> Result<Claims, LoginError> {
        let malformed = || LoginError::Malformed;
        if token.len() > TOKEN_BYTES {
            return Err(LoginError::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or_else(malformed)?;
        let (head, payload) = signed.split_once('.').ok_or_else(malformed)?;
        let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| LoginError::Malformed);
        let (head, payload, signature) = (decoded(head)?, decoded(payload)?, decoded(signature)?);
        let head: Head = serde_json::from_slice(&head).map_err(|_| LoginError::Malformed)?;
        if head.crit.is_some() {
            return Err(LoginError::Malformed);
        }
        let set: KeySet = read_json(&self.keys).map_err(LoginError::Keys)?;
        let named = set.keys.iter().filter(|jwk| jwk.kid.as_deref() == Some(&head.kid)).filter_map(Key::of);
        let mut fitting = named.filter(|key| key.algorithm() == head.alg);
        if !fitting.any(|key| key.verifies(signed.as_bytes(), &signature)) {
            return Err(LoginError::UnknownKey);
        }
        let claims: Claims = serde_json::from_slice(&payload).map_err(|_| LoginError::Malformed)?;
        if claims.iss != self.issuer || !claims.aud.contains(&self.audience) {
            return Err(LoginError::Elsewhere);
        }
        let (at, skew) = (now.unix(), CLOCK_SKEW_SECONDS);
        let lasts = claims.exp.checked_sub(claims.iat).is_some_and(|lasts| (1..=LONGEST).contains(&lasts));
        if !lasts || claims.iat > at.saturating_add(skew) || claims.exp.saturating_add(skew) <= at {
            return Err(LoginError::Age { now });
        }
        if !(1..=NAME_BYTES).contains(&claims.jti.len()) {
            return Err(LoginError::Malformed);
        }
        Ok(claims)
    }
}

impl Identify for Tokens {
    fn name(&self) -> &'static str {
        "login tokens of the app's backend"
    }

    fn kind(&self) -> &'static str {
        "login"
    }

    fn check_value(&self) -> Id {
        Id::of(keyed(&self.people, &["check"]))
    }

    fn of_request(&self, _: &CertificateRequest) -> Option<Person> {
        None
    }

    fn of_document(&self, document: &Document) -> Result<Person, CertificateError> {
        document.masked()?;
        // However it is written: as masking reads it, without what stands between, in capital letters.
        let letters = document.number.nfkc().filter(char::is_ascii_alphanumeric);
        let number: String = letters.map(|letter| letter.to_ascii_uppercase()).collect();
        Ok(Person::of(keyed(&self.people, &["document", &number])))
    }

    fn shown(&self, identity: &Identity) -> Id {
        Id::of(keyed(&self.people, &["shown", &identity.name, &identity.digits]))
    }

    fn log_in(&self, token: &str, now: Time) -> Result<Login, LoginError> {
        let Claims { jti, key, name, number, exp, .. } = self.claims(token, now)?;
        let document = Document { name, number };
        let (shown, person) = (self.shown(&document.masked()?), self.of_document(&document)?);
        Ok(Login {
            token: Id::of(keyed(&self.people, &["token", &jti])),
            key,
            person,
            shown,
            until: Time::from_unix(exp),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jwk(json: &str) -> Key {
        Key::of(&serde_json::from_str(json).unwrap()).unwrap()
    }

    /// The examples of RFC 7515, A.3, and RFC 8037, A.4.
    #[test]
    fn the_examples_of_the_rfcs_verify_and_no_others() {
        let p256 = jwk(
            r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#,
        );
        let ed25519 = jwk(r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#);
        let es256 = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        let eddsa = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        let verifies = |key: &Key, token: &str| {
            let (signed, signature) = token.rsplit_once('.').unwrap();
            key.verifies(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap())
        };
        assert!(verifies(&p256, es256) && verifies(&ed25519, eddsa));
        assert!(!verifies(&p256, eddsa) && !verifies(&ed25519, es256));
        assert!(
            !verifies(&p256, &es256.replacen("eyJpc3", "eyJpc4", 1))
                && !verifies(&ed25519, &eddsa.replacen('R', "S", 1))
        );
        assert!(!p256.verifies(b"", b"") && !ed25519.verifies(b"", b""));
        assert_eq!((p256.algorithm(), ed25519.algorithm()), ("ES256", "EdDSA"));
        for other in [
            r#"{"kty":"oct","k":"AAAA"}"#,
            r#"{"kty":"RSA","n":"AAAA","e":"AQAB"}"#,
            r#"{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}"#,
            r#"{"kty":"OKP","crv":"Ed25519"}"#,
        ] {
            assert!(Key::of(&serde_json::from_str(other).unwrap()).is_none(), "{other}");
        }
    }
}
