//! A sheet to draw on: shapes, lines, texts, in a few colours that people of all eyes tell apart.

use super::ChartError;
use super::fonts::Fonts;
use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, StrokeDash, Transform,
};

/// The most letters of one text that are looked at.
const LETTERS_MAX: usize = 300;

/// What is drawn with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Ink {
    /// The sheet.
    Paper,
    /// Its edge.
    Edge,
    /// A field without anything in it.
    Field,
    /// Lines of a scale.
    Grid,
    /// Texts.
    Dark,
    /// Texts beside texts.
    Soft,
    /// The first kind of figure. These three are from the palette of Okabe and Ito.
    Blue,
    /// The second kind, and what is late.
    Orange,
    /// What was promised.
    Green,
    /// Columns of counts.
    Grey,
    /// How much of something, from 0 to 1.
    Heat(f32),
}

impl Ink {
    fn colour(self) -> Color {
        let of = |red, green, blue| Color::from_rgba8(red, green, blue, 255);
        match self {
            Self::Paper => of(0xfc, 0xfd, 0xfe),
            Self::Edge => of(0xc9, 0xd2, 0xdc),
            Self::Field => of(0xec, 0xf0, 0xf4),
            Self::Grid => of(0xd9, 0xe0, 0xe8),
            Self::Dark => of(0x17, 0x20, 0x2b),
            Self::Soft => of(0x4c, 0x58, 0x66),
            Self::Blue => of(0x00, 0x72, 0xb2),
            Self::Orange => of(0xd5, 0x5e, 0x00),
            Self::Green => of(0x00, 0x9e, 0x73),
            Self::Grey => of(0xa3, 0xb0, 0xbe),
            Self::Heat(share) => heat(share),
        }
    }
}

/// From pale to dark in one direction of lightness, so that it reads without colours as well.
fn heat(share: f32) -> Color {
    const STOPS: [[f32; 3]; 4] =
        [[0.80, 0.89, 0.96], [0.42, 0.68, 0.85], [0.07, 0.40, 0.67], [0.02, 0.14, 0.34]];
    let place = share.clamp(0.0, 1.0) * 3.0;
    let (index, rest) = match place {
        low if low < 1.0 => (0, low),
        middle if middle < 2.0 => (1, middle - 1.0),
        high => (2, high - 2.0),
    };
    let (Some(from), Some(to)) = (STOPS.get(index), STOPS.get(index + 1)) else { return Color::BLACK };
    let [red, green, blue] = [0, 1, 2].map(|part: usize| {
        let (from, to) = (from.get(part).unwrap_or(&0.0), to.get(part).unwrap_or(&0.0));
        from + (to - from) * rest
    });
    Color::from_rgba(red, green, blue, 1.0).unwrap_or(Color::BLACK)
}

/// On which side of its place a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Middle,
    Right,
}

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Text {
    pub(super) size: f32,
    pub(super) ink: Ink,
    pub(super) bold: bool,
    pub(super) align: Align,
}

impl Text {
    pub(super) const fn new(size: f32, ink: Ink) -> Self {
        Self { size, ink, bold: false, align: Align::Left }
    }

    pub(super) const fn aligned(self, align: Align) -> Self {
        Self { align, ..self }
    }

    pub(super) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// How much the strokes of the letters, which are thin, are thickened.
    fn weight(self) -> f32 {
        self.size * if self.bold { 0.062 } else { 0.026 }
    }
}

/// A text in lines that fit.
pub(super) struct Lines {
    pub(super) texts: Vec<String>,
    /// How they look, in the size in which they fit.
    pub(super) text: Text,
}

/// The sheet.
pub(super) struct Canvas {
    pixels: Pixmap,
    fonts: Fonts,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Result<Self, ChartError> {
        let pixels = Pixmap::new(width, height).ok_or(ChartError::NoRoom)?;
        let mut canvas = Self { pixels, fonts: Fonts::read()? };
        canvas.pixels.fill(Ink::Edge.colour());
        let (width, height) = (canvas.width(), canvas.height());
        canvas.rect((2.0, 2.0), (width - 4.0, height - 4.0), Ink::Paper);
        Ok(canvas)
    }

    fn width(&self) -> f32 {
        u16::try_from(self.pixels.width()).map_or(0.0, f32::from)
    }

    pub(super) fn height(&self) -> f32 {
        u16::try_from(self.pixels.height()).map_or(0.0, f32::from)
    }

    pub(super) fn png(&self) -> Result<Vec<u8>, ChartError> {
        self.pixels.encode_png().map_err(|error| ChartError::Encoding(error.to_string()))
    }

    /// A rectangle: its left upper corner, its width and height.
    pub(super) fn rect(&mut self, (x, y): (f32, f32), (width, height): (f32, f32), ink: Ink) {
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            self.fill(&PathBuilder::from_rect(rect), ink);
        }
    }

    /// A dot with an edge in the colour of the sheet, round or standing on a corner.
    pub(super) fn dot(&mut self, (x, y): (f32, f32), radius: f32, round: bool, ink: Ink) {
        for (radius, ink) in [(radius + 2.0, Ink::Paper), (radius, ink)] {
            let path = if round {
                PathBuilder::from_circle(x, y, radius)
            } else {
                let radius = radius * 1.25;
                let mut path = PathBuilder::new();
                path.move_to(x - radius, y);
                path.line_to(x, y - radius);
                path.line_to(x + radius, y);
                path.line_to(x, y + radius);
                path.close();
                path.finish()
            };
            if let Some(path) = path {
                self.fill(&path, ink);
            }
        }
    }

    /// A line through points, dashed or not.
    pub(super) fn line(&mut self, points: &[(f32, f32)], width: f32, dashed: bool, ink: Ink) {
        let mut path = PathBuilder::new();
        let Some((first, rest)) = points.split_first() else { return };
        path.move_to(first.0, first.1);
        for (x, y) in rest {
            path.line_to(*x, *y);
        }
        let dash = if dashed { StrokeDash::new(vec![16.0, 10.0], 0.0) } else { None };
        let line_cap = if dashed { LineCap::Butt } else { LineCap::Round };
        let stroke = Stroke { width, line_cap, line_join: LineJoin::Round, dash, ..Stroke::default() };
        if let Some(path) = path.finish() {
            self.pixels.stroke_path(&path, &paint(ink), &stroke, Transform::identity(), None);
        }
    }

    /// A text with its foot at a height.
    pub(super) fn text(&mut self, text: &str, x: f32, y: f32, look: Text) {
        let width = self.measure(text, look);
        let left = match look.align {
            Align::Left => x,
            Align::Middle => x - width / 2.0,
            Align::Right => x - width,
        };
        let mut path = PathBuilder::new();
        self.fonts.outline(&mut path, text, look.size, (left, y));
        let Some(path) = path.finish() else { return };
        self.fill(&path, look.ink);
        let stroke = Stroke { width: look.weight(), line_join: LineJoin::Round, ..Stroke::default() };
        self.pixels.stroke_path(&path, &paint(look.ink), &stroke, Transform::identity(), None);
    }

    /// How wide a text is.
    pub(super) fn measure(&self, text: &str, look: Text) -> f32 {
        self.fonts.width(text, look.size)
    }

    /// Breaks a text into lines. One that is too long becomes smaller, and is cut, visibly, at the smallest size.
    pub(super) fn lines(&self, text: &str, look: Text, smallest: f32, width: f32, lines_max: usize) -> Lines {
        let mut look = look;
        loop {
            let texts = self.broken(text, look, width);
            if texts.len() <= lines_max {
                return Lines { texts, text: look };
            }
            if look.size <= smallest {
                let mut texts: Vec<String> = texts.into_iter().take(lines_max).collect();
                if let Some(last) = texts.last_mut() {
                    *last = self.cut(&format!("{last}…"), look, width);
                }
                return Lines { texts, text: look };
            }
            look.size = (look.size - 2.0).max(smallest);
        }
    }

    /// A text in one line, cut where it has to be.
    pub(super) fn fitted(&self, text: &str, look: Text, width: f32) -> (String, Text) {
        let lines = self.lines(text, look, super::SMALLEST.min(look.size), width, 1);
        (lines.texts.into_iter().next().unwrap_or_default(), lines.text)
    }

    fn broken(&self, text: &str, look: Text, width: f32) -> Vec<String> {
        let mut letters = text.chars();
        let mut text: String = letters.by_ref().take(LETTERS_MAX).collect();
        if letters.next().is_some() {
            text.push('…');
        }
        let mut lines = Vec::new();
        let mut line = String::new();
        // a line that was broken on purpose is broken here too
        let words = text.lines().flat_map(|line| {
            let words = line.split([' ', '\t']).filter(|word| !word.is_empty());
            words.enumerate().map(|(index, word)| (index == 0, word))
        });
        for (begins, word) in words {
            if begins && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.measure(&longer, look) <= width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for c in word.chars() {
                line.push(c);
                if self.measure(&line, look) > width && line.chars().count() > 1 {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, c.to_string()));
                }
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }

    /// Takes letters away before the end until the rest fits.
    fn cut(&self, text: &str, look: Text, width: f32) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        while letters.len() > 2 && self.measure(&letters.iter().collect::<String>(), look) > width {
            letters.remove(letters.len() - 2);
        }
        letters.into_iter().collect()
    }

    fn fill(&mut self, path: &Path, ink: Ink) {
        self.pixels.fill_path(path, &paint(ink), FillRule::Winding, Transform::identity(), None);
    }
}

fn paint(ink: Ink) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(ink.colour());
    paint
}
