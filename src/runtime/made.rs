//! Files that the bridge makes itself, made when they are sent. What is in them was decided when they were queued.

use crate::charts;
use desk::made::Made;
use port::{File, MediaError, MediaStream};

/// The largest file that is made, in bytes. All of it is in memory while it is sent.
const MADE_MAX: u64 = 5 << 20;

/// Makes a file.
pub(super) async fn open(file: &File) -> Result<MediaStream, MediaError> {
    let made = Made::of(file).ok_or_else(|| refused("another release described it"))?;
    let mime = made.mime().to_owned();
    // drawing takes longer than the loop may stand still
    let bytes = tokio::task::spawn_blocking(move || bytes(made)).await;
    let bytes = bytes.map_err(|_| refused("the bridge failed in the middle of making it"))??;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MADE_MAX {
        return Err(MediaError::TooLarge { max: MADE_MAX });
    }
    Ok(MediaStream::whole(bytes, Some(mime)))
}

fn bytes(made: Made) -> Result<Vec<u8>, MediaError> {
    match made {
        Made::Chart(chart) => charts::draw(&chart).map_err(|error| refused(&error.to_string())),
        Made::Table(text) => Ok(text.into_bytes()),
    }
}

fn refused(why: &str) -> MediaError {
    MediaError::Refused(why.to_owned())
}
