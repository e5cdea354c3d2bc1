//! The checks, for the fuzz targets.

use ::port;

mod checks;

/// See `checks::check_markdown`.
pub fn markdown(bytes: &[u8]) {
    checks::check_markdown(bytes);
}

/// See `checks::check_spans`.
pub fn spans(bytes: &[u8]) {
    checks::check_spans(bytes);
}

/// See `checks::check_html`.
pub fn html(bytes: &[u8]) {
    checks::check_html(bytes);
}

/// See `checks::check_split`.
pub fn split(bytes: &[u8]) {
    checks::check_split(bytes);
}

/// See `checks::check_imitation`.
pub fn imitation(bytes: &[u8]) {
    checks::check_imitation(bytes);
}
