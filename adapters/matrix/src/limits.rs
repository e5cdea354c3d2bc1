//! How large a file the homeserver takes: asked once, known without waiting from then on.

use matrix_sdk::Client;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::timeout;

/// What homeservers take unless somebody changed it.
const USUAL: u64 = 50 << 20;
/// How long the question may take.
const ASK_MAX: Duration = Duration::from_secs(10);

/// The largest file.
#[derive(Default)]
pub(crate) struct FileMax {
    /// In bytes; 0 until it is known.
    known: AtomicU64,
    was_asked: AtomicBool,
}

impl FileMax {
    /// As far as it is known.
    pub(crate) fn get(&self) -> u64 {
        match self.known.load(Ordering::Relaxed) {
            0 => USUAL,
            known => known,
        }
    }

    /// Asks once, whether it is answered or not.
    pub(crate) async fn learn_once(&self, client: &Client) {
        if !self.was_asked.swap(true, Ordering::Relaxed) {
            self.learn(client).await;
        }
    }

    /// Asks until it is known.
    pub(crate) async fn learn(&self, client: &Client) -> u64 {
        if self.known.load(Ordering::Relaxed) == 0
            && let Ok(Ok(max)) = timeout(ASK_MAX, Box::pin(client.load_or_fetch_max_upload_size())).await
        {
            self.known.store(max.into(), Ordering::Relaxed);
        }
        self.get()
    }
}
