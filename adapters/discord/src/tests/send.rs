//! What of a message is known before it is sent.

use super::*;
use port::{ChannelName, File, FileKind, MediaRef, Owner};

fn file(size: Option<u64>) -> Attachment {
    let mut file = File::new(FileKind::Document, MediaRef::new("x"));
    file.size = size;
    Attachment::new(&Owner::Desk, &ChannelName::new("shop"), &file)
}

#[test]
fn a_nonce_is_the_operations_id_and_differs_for_every_part() {
    assert_eq!(nonce("op-1", 0), "op-1");
    assert_eq!(nonce("op-1", 2), "op-1-2");
    let long = "x".repeat(NONCE_MAX);
    assert_eq!(nonce(&long, 0), long);
    assert!(nonce(&long, 1).len() <= NONCE_MAX);
    assert_ne!(nonce(&long, 1), nonce(&long, 2));
}

#[test]
fn files_go_ten_at_a_time_and_no_request_is_too_large() {
    let counts = |files: &[Attachment]| chunks(files).iter().map(Vec::len).collect::<Vec<_>>();
    let small: Vec<_> = (0..23).map(|_| file(Some(1))).collect();
    assert_eq!(counts(&small), [10, 10, 3]);
    let large: Vec<_> = (0..5).map(|_| file(Some(10 << 20))).collect();
    assert_eq!(counts(&large), [2, 2, 1]);
    assert_eq!(counts(&[file(Some(90 << 20)), file(Some(1)), file(None)]), [1, 2]);
    assert!(counts(&[]).is_empty());
}
