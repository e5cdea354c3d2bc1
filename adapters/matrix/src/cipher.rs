//! Files of encrypted rooms: the SDK's cipher, fed chunk by chunk. It must not know where bytes come from or go to.
//!
//! The cipher reads from a reader; ours holds one chunk, so that nothing waits for anything within it.

use matrix_sdk_crypto::{AttachmentDecryptor, AttachmentEncryptor, MediaEncryptionInfo};
use serde_json::Value;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

/// The chunk that is being read.
#[derive(Clone, Default)]
pub(crate) struct Feed(Arc<Mutex<VecDeque<u8>>>);

impl Read for Feed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).read(into)
    }
}

impl Feed {
    /// A chunk as it comes out of a reader that reads from this feed.
    fn through(&self, reader: &mut impl Read, mut chunk: Vec<u8>) -> io::Result<Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(&chunk);
        reader.read_exact(&mut chunk)?;
        Ok(chunk)
    }
}

/// Encrypts a file, or leaves it as it is.
pub(crate) struct Sealer<'f> {
    feed: Feed,
    encryptor: Option<AttachmentEncryptor<'f, Feed>>,
}

impl<'f> Sealer<'f> {
    /// `input` must be a clone of `feed`.
    pub(crate) fn new(feed: Feed, input: &'f mut Feed, seals: bool) -> Self {
        Self { feed, encryptor: seals.then(|| AttachmentEncryptor::new(input)) }
    }

    /// The next chunk, as it is sent.
    pub(crate) fn seal(&mut self, chunk: Vec<u8>) -> io::Result<Vec<u8>> {
        match &mut self.encryptor {
            Some(encryptor) => self.feed.through(encryptor, chunk),
            None => Ok(chunk),
        }
    }

    /// What opens the file; nothing when it was left as it is.
    pub(crate) fn keys(self) -> Option<Value> {
        serde_json::to_value(self.encryptor?.finish()).ok()
    }
}

/// Decrypts a file, or leaves it as it is.
pub(crate) struct Opener<'f> {
    feed: Feed,
    decryptor: Option<AttachmentDecryptor<'f, Feed>>,
}

impl<'f> Opener<'f> {
    /// `input` must be a clone of `feed`. Nothing when the keys are none.
    pub(crate) fn new(feed: Feed, input: &'f mut Feed, keys: Option<Value>) -> Option<Self> {
        let Some(keys) = keys else { return Some(Self { feed, decryptor: None }) };
        let keys: MediaEncryptionInfo = serde_json::from_value(keys).ok()?;
        Some(Self { feed, decryptor: Some(AttachmentDecryptor::new(input, keys).ok()?) })
    }

    /// The next chunk, as it was before.
    pub(crate) fn open(&mut self, chunk: Vec<u8>) -> io::Result<Vec<u8>> {
        match &mut self.decryptor {
            Some(decryptor) => self.feed.through(decryptor, chunk),
            None => Ok(chunk),
        }
    }

    /// Whether all of it was what its sender encrypted. Only now is it known.
    pub(crate) fn ends_well(self) -> bool {
        self.decryptor.is_none_or(|mut decryptor| decryptor.read(&mut [0]).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(chunks: &[Vec<u8>]) -> (Vec<Vec<u8>>, Option<Value>) {
        let feed = Feed::default();
        let mut input = feed.clone();
        let mut sealer = Sealer::new(feed, &mut input, true);
        let out = chunks.iter().map(|chunk| sealer.seal(chunk.clone()).unwrap()).collect();
        (out, sealer.keys())
    }

    fn opened(chunks: &[Vec<u8>], keys: Option<Value>) -> Option<(Vec<u8>, bool)> {
        let feed = Feed::default();
        let mut input = feed.clone();
        let mut opener = Opener::new(feed, &mut input, keys)?;
        let out = chunks.iter().flat_map(|chunk| opener.open(chunk.clone()).unwrap()).collect();
        Some((out, opener.ends_well()))
    }

    fn chunks() -> Vec<Vec<u8>> {
        [0, 1, 15, 16, 17, 64 * 1024, 3]
            .into_iter()
            .map(|length| (0..=255).cycle().take(length).collect())
            .collect()
    }

    #[test]
    fn what_was_sealed_is_opened_byte_for_byte() {
        for chunks in [chunks(), Vec::new()] {
            let (sealed, keys) = sealed(&chunks);
            assert_eq!(opened(&sealed, keys), Some((chunks.concat(), true)));
        }
        let (sealed, _) = sealed(&chunks());
        assert_ne!(sealed.concat(), chunks().concat());
    }

    #[test]
    fn what_was_changed_on_its_way_is_not_whole() {
        let (mut sealed, keys) = sealed(&chunks());
        assert!(opened(&sealed[1..], keys.clone()).unwrap().1, "an empty chunk is nothing");
        assert!(!opened(&sealed[2..], keys.clone()).unwrap().1);
        sealed[5][9] ^= 1;
        assert!(!opened(&sealed, keys).unwrap().1);
    }

    #[test]
    fn keys_that_are_none_open_nothing() {
        for keys in [Value::Null, serde_json::json!({ "v": "v9", "key": {}, "iv": "", "hashes": {} })] {
            assert_eq!(opened(&[], Some(keys)), None);
        }
        assert_eq!(opened(&chunks(), None), Some((chunks().concat(), true)));
    }
}
