//! Secret keys as other tools have them, in PEM (RFC 7468): PKCS #8 (RFC 5958) with an Ed25519 key (RFC 8410), by itself or encrypted
//! under a passphrase by PBES2 (RFC 8018). `openssl genpkey -algorithm ed25519 -aes256` writes such files and reads ours.

use ed25519_dalek::pkcs8::{EncodePrivateKey as _, KeypairBytes};
use healthcode::trust::SecretKey;
use pkcs8::der::SecretDocument;
use pkcs8::pkcs5::pbes2::{Kdf, Parameters};
use pkcs8::pkcs5::{self, scrypt};
use pkcs8::{EncryptedPrivateKeyInfoRef, LineEnding, PrivateKeyInfoRef};
use zeroize::Zeroizing;

use crate::failure::{CliError, Failure};

/// What the first line begins with.
pub(super) const BEGIN: &str = "-----BEGIN ";

const PLAIN: &str = "PRIVATE KEY";
const SEALED: &str = "ENCRYPTED PRIVATE KEY";

/// What is asked of whoever guesses a passphrase: 16 MB of memory and 5 passes (scrypt with N = 2^14, r = 8, p = 5: OWASP's Password Storage
/// Cheat Sheet). OpenSSL reads no more than 32 MB.
const COST: (u8, u32, u32) = (14, 8, 5);

/// How much memory a file may ask for, in bytes, and how many passes.
const MEMORY: u64 = 128 << 20;
const PASSES: u64 = 10_000_000;

/// A key under a passphrase.
pub(super) fn seal(key: &SecretKey, passphrase: &str) -> Result<Zeroizing<String>, CliError> {
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    getrandom::fill(&mut salt).and_then(|()| getrandom::fill(&mut iv)).map_err(CliError::NoRandomness)?;
    sealed(key, passphrase, &salt, iv).map_err(|_| CliError::PassphraseCost)
}

fn sealed(key: &SecretKey, passphrase: &str, salt: &[u8], iv: [u8; 16]) -> pkcs8::Result<Zeroizing<String>> {
    let (log_n, r, p) = COST;
    let cost = scrypt::Params::new(log_n, r, p).map_err(|_| pkcs8::Error::ParametersMalformed)?;
    let document = KeypairBytes { secret_key: *key.seed(), public_key: None }.to_pkcs8_der()?;
    let parameters = Parameters::generate_scrypt_aes256cbc(cost, salt, iv)?;
    let encrypted = parameters.encrypt(passphrase, document.as_bytes())?;
    let encrypted_data = pkcs8::der::asn1::OctetStringRef::new(&encrypted)?;
    let info = EncryptedPrivateKeyInfoRef { encryption_algorithm: parameters.into(), encrypted_data };
    Ok(SecretDocument::try_from(info)?.to_pem(SEALED, LineEnding::LF)?)
}

/// The key in a file; for the passphrase is asked if it is under one.
pub(super) fn open(
    text: &str,
    passphrase: impl FnOnce() -> Result<Zeroizing<String>, Failure>,
) -> Result<SecretKey, Failure> {
    let start = text.find(BEGIN).unwrap_or_default();
    let (label, document) =
        SecretDocument::from_pem(text.get(start..).unwrap_or_default()).map_err(|_| CliError::KeyFile)?;
    match label {
        PLAIN => key(document.as_bytes()).ok_or_else(|| CliError::KeyFile.into()),
        SEALED => {
            let info =
                EncryptedPrivateKeyInfoRef::try_from(document.as_bytes()).map_err(|_| CliError::PassphraseCost)?;
            if !info.encryption_algorithm.pbes2().is_some_and(affordable) {
                return Err(CliError::PassphraseCost.into());
            }
            let opened = info.decrypt(passphrase()?.as_bytes()).map_err(|error| match error {
                // With another passphrase the padding is wrong, or what it leads to is no document.
                pkcs8::Error::EncryptedPrivateKey(error) if error != pkcs5::Error::DecryptFailed => {
                    CliError::PassphraseCost
                }
                _ => CliError::PassphraseWrong,
            })?;
            // Now and then another passphrase leads to something that ends as a document does.
            PrivateKeyInfoRef::try_from(opened.as_bytes()).map_err(|_| CliError::PassphraseWrong)?;
            key(opened.as_bytes()).ok_or_else(|| CliError::KeyFile.into())
        }
        _ => Err(CliError::KeyFile.into()),
    }
}

/// Whether a passphrase is tried within a moment.
fn affordable(parameters: &Parameters) -> bool {
    match &parameters.kdf {
        Kdf::Pbkdf2(kdf) => u64::from(kdf.iteration_count) <= PASSES,
        Kdf::Scrypt(kdf) => {
            let block = 128 * u64::from(kdf.block_size);
            let memory = block.checked_mul(kdf.cost_parameter);
            memory.is_some_and(|memory| memory <= MEMORY) && u64::from(kdf.parallelization) <= 16
        }
        _ => false,
    }
}

fn key(document: &[u8]) -> Option<SecretKey> {
    let info = PrivateKeyInfoRef::try_from(document).ok()?;
    let pair = KeypairBytes::try_from(info).ok()?;
    let secret = Zeroizing::new(pair.secret_key);
    let key = SecretKey::from_random(&*secret).ok()?;
    let named = pair.public_key.map(|public| public.to_bytes());
    named.is_none_or(|named| named == *key.public().as_bytes()).then_some(key)
}
