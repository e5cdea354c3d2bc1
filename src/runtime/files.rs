//! Files on their way from the channel that has them, or from where the bridge makes them, to the one that sends them.
//! They are looked at as they pass, and nothing of them is kept.

use super::made;
use async_trait::async_trait;
use port::{Adapter, Attachment, ChannelName, Media, MediaError, MediaStream};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The largest file that passes, in bytes.
pub(super) const FILE_MAX: u64 = 200 << 20;
/// How many bytes tell what a file is.
const LOOK: usize = 512;

/// Opens files through the adapter of the channel that has them.
pub(crate) struct Files {
    adapters: Arc<BTreeMap<ChannelName, Arc<dyn Adapter>>>,
}

impl Files {
    pub(crate) const fn new(adapters: Arc<BTreeMap<ChannelName, Arc<dyn Adapter>>>) -> Self {
        Self { adapters }
    }
}

#[async_trait]
impl Media for Files {
    async fn open(&self, attachment: &Attachment) -> Result<MediaStream, MediaError> {
        // erased, or of a channel that is not configured any more
        let file = attachment.file().ok_or(MediaError::Gone)?;
        let stream = if attachment.channel == ChannelName::bridge() {
            made::open(&file).await?
        } else {
            let adapter = self.adapters.get(&attachment.channel).ok_or(MediaError::Gone)?;
            adapter.open_media(&file.source).await?
        };
        if [file.size, stream.size].into_iter().flatten().any(|size| size > FILE_MAX) {
            return Err(MediaError::TooLarge { max: FILE_MAX });
        }
        let mut stream = stream.at_most(FILE_MAX);
        let told = file.mime.or_else(|| stream.mime.take());
        let shown = infer::get(stream.peek(LOOK).await?).map(|kind| kind.mime_type());
        stream.mime = Some(believed(told.as_deref(), shown).to_owned());
        Ok(stream)
    }
}

/// What a file is: what its bytes show, or what its platform says as long as nobody would run it.
fn believed<'t>(told: Option<&'t str>, shown: Option<&'t str>) -> &'t str {
    const UNKNOWN: &str = "application/octet-stream";
    let told = told.unwrap_or(UNKNOWN);
    let same_family = |shown: &str| shown.split('/').next() == told.split('/').next();
    let believed = match shown {
        // containers look alike: an office document is a zip archive, a voice message a video without pictures
        Some(shown) if same_family(shown) || is_container(shown) => {
            if is_picture(told) && !same_family(shown) { shown } else { told }
        }
        Some(shown) => shown,
        // pictures are known by their first bytes
        None if is_picture(told) => UNKNOWN,
        None => told,
    };
    // what browsers run is nobody's picture and nobody's text
    let is_run = ["text/html", "application/xhtml+xml", "text/xml", "application/xml"].contains(&believed);
    if is_run { UNKNOWN } else { believed }
}

fn is_picture(mime: &str) -> bool {
    mime.starts_with("image/")
}

fn is_container(mime: &str) -> bool {
    ["application/zip", "video/mp4", "video/webm", "audio/ogg", "video/ogg", "application/ogg"]
        .contains(&mime)
        || mime.starts_with("application/vnd.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use desk::chart::{Chart, Times};
    use desk::made::Made;
    use port::{File, FileKind, MediaRef, Owner};

    /// All bytes of a file of the bridge's own, as an adapter reads them, and what they are said to be.
    async fn opened(attachment: &Attachment) -> Result<(Vec<u8>, Option<String>), MediaError> {
        let mut stream = Files::new(Arc::new(BTreeMap::new())).open(attachment).await?;
        let mut bytes = Vec::new();
        while let Some(chunk) = stream.next().await? {
            bytes.extend(chunk);
        }
        assert_eq!(stream.size, u64::try_from(bytes.len()).ok());
        Ok((bytes, stream.mime))
    }

    #[tokio::test]
    async fn a_chart_is_a_picture_of_the_size_that_was_told() {
        let made = Made::from(Chart::Times(Times::default()));
        let attachment = made.attachment(&Owner::Desk, "times").unwrap();
        let (bytes, mime) = opened(&attachment).await.unwrap();
        assert_eq!(mime.as_deref(), Some("image/png"));
        let number =
            |at: usize| bytes.get(at..at + 4).map(|bytes| u32::from_be_bytes(bytes.try_into().unwrap()));
        let file = attachment.file().unwrap();
        // where a PNG file says it
        assert_eq!((number(16), number(20)), (file.width, file.height));
    }

    #[tokio::test]
    async fn a_table_is_its_text() {
        let attachment = Made::Table("Name,n\nZoë,3\n".into()).attachment(&Owner::Desk, "all").unwrap();
        let (bytes, mime) = opened(&attachment).await.unwrap();
        assert_eq!(bytes, "Name,n\nZoë,3\n".as_bytes());
        assert_eq!(mime.as_deref(), Some("text/csv"));
    }

    #[tokio::test]
    async fn what_another_release_described_is_refused_and_what_was_erased_is_gone() {
        let file = File::new(FileKind::Image, MediaRef::new("{\"hologram\":{}}"));
        let attachment = Attachment::new(&Owner::Desk, &ChannelName::bridge(), &file);
        assert!(matches!(opened(&attachment).await, Err(MediaError::Refused(_))));

        let mut row = serde_json::to_value(&attachment).unwrap();
        row["details"] = serde_json::json!({ "$erased": { "of": "desk" } });
        let erased: Attachment = serde_json::from_value(row).unwrap();
        assert_eq!(opened(&erased).await, Err(MediaError::Gone));
    }

    #[test]
    fn what_a_file_says_it_is_is_not_believed() {
        for (told, shown, wanted) in [
            (Some("image/png"), Some("image/png"), "image/png"),
            (Some("image/png"), Some("application/x-executable"), "application/x-executable"),
            (Some("image/png"), None, "application/octet-stream"),
            (Some("image/svg+xml"), None, "application/octet-stream"),
            (Some("text/html"), Some("text/html"), "application/octet-stream"),
            (Some("text/html"), None, "application/octet-stream"),
            (Some("text/plain"), None, "text/plain"),
            (None, Some("image/jpeg"), "image/jpeg"),
            (None, None, "application/octet-stream"),
            (Some("audio/ogg"), Some("audio/ogg"), "audio/ogg"),
            (Some("audio/mp4"), Some("video/mp4"), "audio/mp4"),
            (Some("image/png"), Some("application/zip"), "application/zip"),
        ] {
            assert_eq!(believed(told, shown), wanted, "{told:?} {shown:?}");
        }
    }
}
