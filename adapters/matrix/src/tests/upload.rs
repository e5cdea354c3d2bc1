//! How files get to the homeserver, encrypted and not.

use super::*;
use port::media::CHUNK_MAX;

/// Pumps chunks as a source would give them; what arrived, and what became of it.
async fn pumped(
    chunks: Vec<Result<Vec<u8>, MediaError>>,
    size: Option<u64>,
    max: u64,
    seals: bool,
) -> (Vec<u8>, bool, Result<Option<Pumped>, MediaError>) {
    let (sender, stream) = MediaStream::new(size, None);
    let (to, mut from) = mpsc::channel(1);
    let source = async move {
        for chunk in chunks {
            if sender.send(chunk).await.is_err() {
                return;
            }
        }
    };
    let sink = async {
        let (mut bytes, mut broke) = (Vec::new(), false);
        while let Some(chunk) = from.recv().await {
            match chunk {
                Ok(chunk) => bytes.extend(chunk),
                Err(_) => broke = true,
            }
        }
        (bytes, broke)
    };
    let ((), (bytes, broke), pumped) = tokio::join!(source, sink, pump(stream, to, max, seals));
    (bytes, broke, pumped)
}

#[tokio::test]
async fn a_file_passes_byte_for_byte_or_breaks_off_for_all_to_see() {
    let chunk =
        |length: usize| -> Result<Vec<u8>, MediaError> { Ok((0..=255).cycle().take(length).collect()) };
    let whole: Vec<u8> = [chunk(CHUNK_MAX).unwrap(), chunk(3).unwrap()].concat();
    let length = u64::try_from(whole.len()).unwrap();
    let chunks = || vec![chunk(CHUNK_MAX), chunk(3)];
    for size in [Some(length), None] {
        let (bytes, broke, done) = pumped(chunks(), size, length, false).await;
        assert!(bytes == whole && !broke);
        let done = done.unwrap().unwrap();
        assert_eq!((done.size, done.keys), (length, None));
    }
    let other = |error: MediaError| matches!(error, MediaError::Refused(_));
    let (_, broke, done) = pumped(chunks(), Some(length + 1), u64::MAX, false).await;
    assert!(broke && done.is_err_and(other), "shorter than told");
    let (bytes, broke, done) = pumped(chunks(), Some(length - 1), u64::MAX, false).await;
    assert!(broke && done.is_err_and(other) && bytes.len() < whole.len(), "longer than told");
    let (_, broke, done) = pumped(chunks(), None, length - 1, true).await;
    assert!(broke && done.err() == Some(MediaError::TooLarge { max: length - 1 }));
    let gone = vec![chunk(3), Err(MediaError::Gone)];
    let (_, broke, done) = pumped(gone, Some(3), u64::MAX, true).await;
    assert!(broke && done.err() == Some(MediaError::Gone));
}

#[tokio::test]
async fn a_file_for_an_encrypted_room_is_opened_by_its_keys_only() {
    let whole: Vec<u8> = (0..=255).cycle().take(200_000).collect();
    let chunks: Vec<_> = whole.chunks(CHUNK_MAX).map(|chunk| Ok(chunk.to_vec())).collect();
    let (sealed, broke, done) = pumped(chunks, Some(200_000), u64::MAX, true).await;
    assert!(!broke && sealed != whole);
    let keys = done.unwrap().unwrap().keys;
    let feed = Feed::default();
    let mut input = feed.clone();
    let mut opener = crate::cipher::Opener::new(feed, &mut input, keys).unwrap();
    let bytes: Vec<u8> = sealed.chunks(777).flat_map(|chunk| opener.open(chunk.to_vec()).unwrap()).collect();
    assert!(bytes == whole && opener.ends_well());
}

#[tokio::test]
async fn what_nobody_takes_any_more_is_not_read_on() {
    let (sender, stream) = MediaStream::new(None, None);
    let (to, from) = mpsc::channel(1);
    drop(from);
    sender.send(Ok(vec![1])).await.unwrap();
    assert!(pump(stream, to, u64::MAX, false).await.unwrap().is_none());
}

#[tokio::test]
async fn a_file_of_unknown_length_is_put_aside_without_a_name() {
    let directory = tempfile::tempdir().unwrap();
    let (to, from) = mpsc::channel(4);
    for chunk in [vec![1, 2], vec![3]] {
        to.send(Ok(chunk)).await.unwrap();
    }
    drop(to);
    let mut file = spool(from, directory.path()).await.unwrap();
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    let mut bytes = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut file, &mut bytes).await.unwrap();
    assert_eq!(bytes, [1, 2, 3]);
}

#[test]
fn a_failed_upload_is_never_unknown() {
    let answered = |status, errcode: &str| {
        Failure::Answered(Answer { status, errcode: errcode.to_owned(), ..Answer::default() })
    };
    let verdict = |failure| match undone(failure, 7) {
        Undone::Failed(_) => "expired",
        Undone::Told(Outcome::Later { .. }) => "later",
        Undone::Told(Outcome::Refused(refusal)) if refusal.cause == Cause::FileTooLarge => "too large",
        Undone::Told(Outcome::Refused(refusal)) if refusal.cause == Cause::FileRefused => "refused",
        Undone::Told(_) => "something else",
    };
    for (failure, wanted) in [
        (answered(413, "M_TOO_LARGE"), "too large"),
        (answered(413, ""), "too large"),
        (answered(401, "M_UNKNOWN_TOKEN"), "expired"),
        (answered(403, "M_FORBIDDEN"), "refused"),
        (answered(400, "M_UNKNOWN"), "refused"),
        (answered(429, "M_LIMIT_EXCEEDED"), "later"),
        (answered(502, ""), "later"),
        (answered(404, "M_UNRECOGNIZED"), "later"),
        (Failure::Lost("no answer"), "later"),
        (Failure::NotSent("no connection"), "later"),
    ] {
        assert_eq!(verdict(failure.clone()), wanted, "{failure:?}");
    }
}
