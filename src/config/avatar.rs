//! Pictures of agents: read at the start, so that a missing one is told then and not to a customer.

use port::Avatar;
use std::fs;
use std::path::Path;

/// The largest picture, in bytes.
const BYTES_MAX: u64 = 1 << 20;

/// Reads a picture; an error is the rest of a sentence that begins with the file.
pub(super) fn read(path: &Path) -> Result<Avatar, String> {
    let meta = fs::metadata(path).map_err(|error| unreadable(&error))?;
    if !meta.is_file() {
        return Err("is not a file".to_owned());
    }
    if meta.len() > BYTES_MAX {
        return Err(format!("is larger than {} MiB", BYTES_MAX >> 20));
    }
    let bytes = fs::read(path).map_err(|error| unreadable(&error))?;
    let mime = infer::get(&bytes).map(|kind| kind.mime_type());
    let known = ["image/png", "image/jpeg", "image/gif", "image/webp"];
    match mime.filter(|mime| known.contains(mime)) {
        Some(mime) => Ok(Avatar { mime, bytes: bytes.into() }),
        None => Err("is not a picture that platforms show".to_owned()),
    }
}

fn unreadable(error: &std::io::Error) -> String {
    format!("cannot be read: {}", error.to_string().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_known_by_its_bytes() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("anna.jpg");
        fs::write(&file, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap();
        assert_eq!(read(&file).unwrap().mime, "image/png");
        fs::write(&file, b"<svg xmlns='http://www.w3.org/2000/svg'/>").unwrap();
        assert_eq!(read(&file).unwrap_err(), "is not a picture that platforms show");
        fs::write(&file, vec![0; 1 + (1 << 20)]).unwrap();
        assert_eq!(read(&file).unwrap_err(), "is larger than 1 MiB");
        assert!(read(&directory.path().join("none")).unwrap_err().starts_with("cannot be read"));
        assert_eq!(read(directory.path()).unwrap_err(), "is not a file");
    }
}
