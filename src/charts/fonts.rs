//! Letters as outlines. The fonts are linked into the program, because a small server has none.
//!
//! One letter after the other, from left to right: scripts that want more (Arabic, Devanagari) are not set as they
//! should be, and what no font has is a box.

use super::ChartError;
use ab_glyph::{Font, FontRef, GlyphId, OutlineCurve, Point};
use port::names::is_invisible;
use tiny_skia::PathBuilder;

/// In the order in which they are asked for a letter: text, signs, emoji.
const FACES: [&[u8]; 3] = [
    epaint_default_fonts::UBUNTU_LIGHT,
    epaint_default_fonts::HACK_REGULAR,
    epaint_default_fonts::NOTO_EMOJI_REGULAR,
];

/// All fonts.
pub(super) struct Fonts {
    faces: Vec<FontRef<'static>>,
}

/// A letter in one of the fonts.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Letter {
    face: usize,
    glyph: GlyphId,
}

impl Fonts {
    pub(super) fn read() -> Result<Self, ChartError> {
        let faces = FACES.into_iter().map(FontRef::try_from_slice).collect::<Result<Vec<_>, _>>();
        faces.map(|faces| Self { faces }).map_err(|_| ChartError::NoFont)
    }

    /// How wide a text is.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        self.set(text, size, |_, _, _| ())
    }

    /// Adds a text to a path, with its left end and its foot at a place.
    pub(super) fn outline(&self, path: &mut PathBuilder, text: &str, size: f32, (x, y): (f32, f32)) {
        self.set(text, size, |letter, at, scale| {
            if let Some(outline) = self.faces.get(letter.face).and_then(|face| face.outline(letter.glyph)) {
                add(path, &outline.curves, |point| (x + at + point.x * scale, y - point.y * scale));
            }
        });
    }

    /// Sets one letter after the other; where the text ends.
    fn set(&self, text: &str, size: f32, mut put: impl FnMut(Letter, f32, f32)) -> f32 {
        let mut at = 0.0;
        let mut last: Option<Letter> = None;
        for c in text.chars().filter(|c| !c.is_control() && !is_invisible(*c)) {
            let letter = self.letter(if c.is_whitespace() { ' ' } else { c });
            let Some(face) = self.faces.get(letter.face) else { continue };
            let scale = size / face.units_per_em().unwrap_or(1000.0);
            if let Some(last) = last.filter(|last| last.face == letter.face) {
                at += face.kern_unscaled(last.glyph, letter.glyph) * scale;
            }
            put(letter, at, scale);
            at += face.h_advance_unscaled(letter.glyph) * scale;
            last = Some(letter);
        }
        at
    }

    fn letter(&self, c: char) -> Letter {
        let of = |c: char| {
            let found =
                self.faces.iter().enumerate().map(|(face, font)| Letter { face, glyph: font.glyph_id(c) });
            found.into_iter().find(|letter| letter.glyph.0 != 0)
        };
        // signs that are there only in their bold form
        let near = match c {
            '✓' => '✔',
            '✗' | '✘' => '✖',
            _ => '□',
        };
        of(c).or_else(|| of(near)).or_else(|| of('□')).unwrap_or(Letter { face: 0, glyph: GlyphId(0) })
    }
}

/// Adds a letter's curves, which come contour after contour without a word about where one begins.
fn add(path: &mut PathBuilder, curves: &[OutlineCurve], place: impl Fn(Point) -> (f32, f32)) {
    let mut end: Option<Point> = None;
    for curve in curves {
        let first = match curve {
            OutlineCurve::Line(first, _)
            | OutlineCurve::Quad(first, _, _)
            | OutlineCurve::Cubic(first, _, _, _) => *first,
        };
        if end != Some(first) {
            if end.is_some() {
                path.close();
            }
            let (x, y) = place(first);
            path.move_to(x, y);
        }
        let last = match curve {
            OutlineCurve::Line(_, last) => {
                let (x, y) = place(*last);
                path.line_to(x, y);
                *last
            }
            OutlineCurve::Quad(_, by, last) => {
                let ((x1, y1), (x, y)) = (place(*by), place(*last));
                path.quad_to(x1, y1, x, y);
                *last
            }
            OutlineCurve::Cubic(_, by, then, last) => {
                let ((x1, y1), (x2, y2), (x, y)) = (place(*by), place(*then), place(*last));
                path.cubic_to(x1, y1, x2, y2, x, y);
                *last
            }
        };
        end = Some(last);
    }
    if end.is_some() {
        path.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_our_languages_and_our_signs_has_an_outline() {
        let fonts = Fonts::read().unwrap();
        let boxed = fonts.letter('\u{10fffd}');
        for c in "AZaz09ÄÖÜäöüßéèçñøåłőžЖжΩω€%–—…·„“”‚‘’«»×≤≥→✓✗▲●".chars()
        {
            let letter = fonts.letter(c);
            assert!(letter != boxed, "{c} is a box");
            assert!(fonts.faces[letter.face].outline(letter.glyph).is_some(), "{c} is empty");
        }
    }

    #[test]
    fn what_cannot_be_seen_takes_no_room() {
        let fonts = Fonts::read().unwrap();
        let width = |text| fonts.width(text, 32.0);
        assert!(width("ab") > width("a"));
        assert!((width("a\u{200b}\u{202e}\u{7}b") - width("ab")).abs() < 0.01);
    }
}
