//! Names that nobody can guess.

use port::AdapterError;

/// Letters that are not mistaken for each other; 32 of them, so that five bits make one.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// A name of 26 letters with 130 bits of the operating system's randomness.
pub(crate) fn name() -> Result<String, AdapterError> {
    let mut bytes = [0_u8; 26];
    let failed = |error| AdapterError::Config(format!("the operating system gives no randomness: {error}"));
    getrandom::fill(&mut bytes).map_err(failed)?;
    let letter = |byte: u8| LETTERS.get(usize::from(byte) % LETTERS.len()).copied().map(char::from);
    Ok(bytes.into_iter().filter_map(letter).collect())
}

/// Compares without telling, by the time it takes, how much is right.
pub(crate) fn same(left: &str, right: &str) -> bool {
    let differ = left.bytes().zip(right.bytes()).fold(0, |differ, (left, right)| differ | (left ^ right));
    left.len() == right.len() && differ == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_names_are_the_same() {
        let (one, two) = (name().unwrap(), name().unwrap());
        assert_eq!(one.len(), 26);
        assert!(one != two && !same(&one, &two) && same(&one, &one.clone()));
        assert!(!same("a", "ab") && !same("", "a") && !same("ab", "ac"));
    }
}
