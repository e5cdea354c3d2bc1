//! Every sentence the bridge says, in every locale, as one page to read.

use desk::Words as _;
use desk::sentence::Sentence;
use deskbridge::words::Locales;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

#[test]
fn what_the_bridge_says_is_what_was_read_and_approved() {
    let locales = Locales::built_in();
    for locale in locales.names() {
        let mut page = String::new();
        for sentence in Sentence::samples() {
            writeln!(page, "{}\n    {}", sentence.parts().0, locales.say(locale, &sentence)).unwrap();
        }
        let path = PathBuf::from(format!("tests/it/snapshots/words.{locale}.txt"));
        if std::env::var_os("DESKBRIDGE_UPDATE_SNAPSHOTS").is_some() {
            fs::write(&path, &page).unwrap();
        }
        let approved = fs::read_to_string(&path).unwrap_or_default();
        let differing =
            page.lines().zip(approved.lines().chain(std::iter::repeat(""))).find(|(new, old)| new != old);
        assert!(
            page == approved,
            "{} says otherwise, first at {differing:?}; once read and approved: \
             DESKBRIDGE_UPDATE_SNAPSHOTS=1 cargo test --test it words",
            path.display()
        );
    }
}
