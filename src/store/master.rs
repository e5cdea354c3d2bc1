//! The master key: wraps the owners' keys, so that the files alone say nothing.
//!
//! It comes from the environment or a file and is never stored. Only what is derived from it leaves this module.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use hkdf::Hkdf;
use sha2::Sha256;
use std::fmt;
use std::fmt::Write as _;
use zeroize::Zeroizing;

/// The shortest passphrase that is taken, in characters.
pub const PASSPHRASE_MIN: usize = 16;

/// The key above all owners' keys.
///
/// 32 random bytes as hex (64 digits) or base64, e.g. from `openssl rand -base64 32`, are taken as they are. Any
/// other text of at least 16 characters is a passphrase and goes through HKDF-SHA-256. That does not slow guessing
/// down, so a passphrase has to be long and random itself; 32 random bytes are the better choice.
pub struct MasterKey(Zeroizing<[u8; 32]>);

/// Why a text cannot be a master key. The text itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a master key is 32 bytes as hex or base64, or a passphrase of at least {PASSPHRASE_MIN} characters")]
pub struct MasterKeyError;

impl MasterKey {
    /// Reads a key or a passphrase; white space around it does not count.
    pub fn parse(text: &str) -> Result<Self, MasterKeyError> {
        let text = text.trim();
        if let Some(bytes) = from_hex(text).or_else(|| from_base64(text)) {
            return Ok(Self(bytes));
        }
        if text.chars().count() < PASSPHRASE_MIN {
            return Err(MasterKeyError);
        }
        let passphrase = Hkdf::<Sha256>::new(Some(b"deskbridge passphrase"), text.as_bytes());
        Ok(Self(expand(&passphrase, b"master key")))
    }

    /// A secret for one purpose, as 64 hex digits: the same for the same key and purpose, and no way back.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> String {
        let bytes = self.expand(&["derived", purpose].join("/"));
        bytes.iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _infallible = write!(hex, "{byte:02x}");
            hex
        })
    }

    /// The cipher that wraps owners' keys.
    pub(crate) fn wrapping(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&(*self.expand("wrapping")).into())
    }

    fn expand(&self, info: &str) -> Zeroizing<[u8; 32]> {
        expand(&Hkdf::new(Some(b"deskbridge master key"), self.0.as_slice()), info.as_bytes())
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

#[expect(clippy::expect_used, reason = "32 bytes are far below what HKDF-SHA-256 can give")]
fn expand(from: &Hkdf<Sha256>, info: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut bytes = Zeroizing::new([0; 32]);
    from.expand(info, bytes.as_mut_slice()).expect("32 bytes from HKDF");
    bytes
}

fn from_hex(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = Zeroizing::new([0; 32]);
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = *pair else { return None };
        let high = char::from(high).to_digit(16)?;
        let low = char::from(low).to_digit(16)?;
        *byte = u8::try_from(high << 4 | low).ok()?;
    }
    Some(bytes)
}

fn from_base64(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let bare = text.trim_end_matches('=');
    let bytes = STANDARD_NO_PAD.decode(bare).or_else(|_| URL_SAFE_NO_PAD.decode(bare)).ok()?;
    let bytes = Zeroizing::new(bytes);
    Some(Zeroizing::new(bytes.as_slice().try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_bytes_are_the_same_key_in_hex_and_base64() {
        let hex = MasterKey::parse(&"0f".repeat(32)).unwrap();
        let base64 = MasterKey::parse(" Dw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8=\n").unwrap();
        assert_eq!(hex.derive("x"), base64.derive("x"));
        assert_eq!(hex.0.as_slice(), [0x0f; 32]);
    }

    #[test]
    fn a_short_passphrase_is_refused_and_not_repeated() {
        let error = MasterKey::parse("hunter2").unwrap_err();
        assert!(!error.to_string().contains("hunter2"));
        assert!(MasterKey::parse("fifteen letters").is_err());
        assert!(MasterKey::parse("sixteen  letters").is_ok());
    }

    #[test]
    fn each_purpose_has_a_secret_of_its_own() {
        let key = MasterKey::parse("a passphrase of some length").unwrap();
        let again = MasterKey::parse("a passphrase of some length").unwrap();
        let other = MasterKey::parse("a passphrase of some length!").unwrap();
        assert_eq!(key.derive("matrix"), again.derive("matrix"));
        assert_ne!(key.derive("matrix"), key.derive("local"));
        assert_ne!(key.derive("matrix"), other.derive("matrix"));
        assert_eq!(key.derive("matrix").len(), 64);
    }

    #[test]
    fn debug_does_not_show_the_key() {
        let key = MasterKey::parse(&"0f".repeat(32)).unwrap();
        assert_eq!(format!("{key:?}"), "MasterKey(…)");
    }
}
