//! Pictures of the desk's charts, as PNG files for a chat.
//!
//! A picture has its own background, which is light, because nobody knows on which one it will be looked at, and its
//! texts are large, because most look at it on a phone. Scales begin at zero, what has no figure has no mark, and every
//! figure stands with how many it was counted from. Nothing here reads a clock or a file, and nothing counts: the same
//! chart gives the same bytes.

mod bars;
mod canvas;
mod fonts;
mod heat;
mod number;
mod scale;
mod times;

use canvas::{Align, Canvas, Ink, Text};
use desk::chart::{Chart, HEAD_HEIGHT, Head, WIDTH};

/// The room at the left and the right of everything, in pixels.
const MARGIN: f32 = 48.0;
/// Where everything ends at the right.
const RIGHT: f32 = number::pixels(WIDTH) - MARGIN;
/// The size of texts in a picture, in pixels: on a phone about 12 points.
const SMALL: f32 = 32.0;
/// The smallest size of a text, where it would not fit otherwise.
const SMALLEST: f32 = 26.0;

/// Why a chart was not drawn.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// Not enough memory, or a size of nothing.
    #[error("there is no room for the picture")]
    NoRoom,
    /// A font of ours cannot be read.
    #[error("the font cannot be read")]
    NoFont,
    /// The picture could not be written as a PNG file.
    #[error("the picture cannot be written: {0}")]
    Encoding(String),
}

/// Draws a chart as a PNG file of the size that [`Chart::size`] tells.
pub fn draw(chart: &Chart) -> Result<Vec<u8>, ChartError> {
    let (width, height) = chart.size();
    let mut canvas = Canvas::new(width, height)?;
    match chart {
        Chart::Times(times) => times::draw(&mut canvas, times),
        Chart::HeatMap(map) => heat::draw(&mut canvas, map),
        Chart::Bars(bars) => bars::draw(&mut canvas, bars),
    }
    canvas.png()
}

/// Writes title and subtitle.
fn head(canvas: &mut Canvas, head: &Head) {
    let width = RIGHT - MARGIN;
    let title = Text { bold: true, ..Text::new(46.0, Ink::Dark) };
    let lines = canvas.lines(&head.title, title, 34.0, width, 1);
    let mut y = 78.0;
    for line in &lines.texts {
        canvas.text(line, MARGIN, y, lines.text);
    }
    y += 50.0;
    let lines = canvas.lines(&head.subtitle, Text::new(SMALL, Ink::Soft), SMALLEST, width, 2);
    for line in &lines.texts {
        canvas.text(line, MARGIN, y, lines.text);
        y += lines.text.size + 6.0;
    }
}

/// Says in the middle of a field that there is nothing to show.
fn nothing(canvas: &mut Canvas, words: &str, top: f32, bottom: f32) {
    let width = RIGHT - MARGIN;
    canvas.rect((MARGIN, top), (width, bottom - top), Ink::Field);
    let lines = canvas.lines(words, Text::new(38.0, Ink::Soft), SMALLEST, width - 80.0, 2);
    let mut y = f32::midpoint(top, bottom) + 12.0;
    for line in &lines.texts {
        canvas.text(line, f32::midpoint(MARGIN, RIGHT), y, lines.text.aligned(Align::Middle));
        y += lines.text.size + 8.0;
    }
}

/// The height at which a picture's own part begins.
const TOP: f32 = number::pixels(HEAD_HEIGHT);

#[cfg(test)]
mod tests;
