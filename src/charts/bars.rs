//! Shares in time as bars, one under the other.

use super::canvas::{Align, Canvas, Ink, Text};
use super::{MARGIN, RIGHT, SMALL, SMALLEST, TOP, head, nothing, number};
use desk::chart::{BAR_HEIGHT, BARS_MAX, BarRow, Bars};

/// The height of a bar itself.
const THICK: f32 = 40.0;
/// Where the scale ends: behind it stands how many percent.
const END: f32 = RIGHT - 150.0;

pub(super) fn draw(canvas: &mut Canvas, bars: &Bars) {
    head(canvas, &bars.head);
    if bars.rows.is_empty() {
        let bottom = canvas.height() - MARGIN;
        nothing(canvas, &bars.head.empty, TOP, bottom);
        return;
    }
    let rows = bars.rows.get(..BARS_MAX).unwrap_or(&bars.rows);
    let height = number::pixels(BAR_HEIGHT);
    let bottom = TOP + number::count(rows.len()) * height;
    for (index, bar) in rows.iter().enumerate() {
        row(canvas, bars, bar, TOP + number::count(index) * height);
    }
    axis(canvas, bars, bottom);
    let more = bars.rows.len() - rows.len();
    if more > 0 {
        let more = format!("{}: {more}", bars.more);
        let (more, look) = canvas.fitted(&more, Text::new(SMALL, Ink::Soft), RIGHT - MARGIN);
        canvas.text(&more, MARGIN, bottom + 80.0, look);
    }
}

/// The numbers of the scale, from nothing to all.
fn axis(canvas: &mut Canvas, bars: &Bars, bottom: f32) {
    for quarter in 0_u16..=4 {
        let align = if quarter == 0 { Align::Left } else { Align::Middle };
        let look = Text::new(SMALL, Ink::Soft).aligned(align);
        let (shown, look) = canvas.fitted(&format!("{}{}", quarter * 25, bars.percent), look, 150.0);
        canvas.text(&shown, quarter_at(quarter), bottom + 28.0, look);
    }
}

/// Where a quarter of the scale ends.
fn quarter_at(quarter: u16) -> f32 {
    MARGIN + (END - MARGIN) * f32::from(quarter) / 4.0
}

fn row(canvas: &mut Canvas, bars: &Bars, row: &BarRow, top: f32) {
    let lines = canvas.lines(&row.label, Text::new(36.0, Ink::Dark), SMALLEST, RIGHT - MARGIN, 1);
    for line in &lines.texts {
        canvas.text(line, MARGIN, top + 40.0, lines.text);
    }
    let bar = top + 56.0;
    for quarter in 0..=4 {
        let x = quarter_at(quarter);
        canvas.line(&[(x, bar - 5.0), (x, bar + THICK + 5.0)], 2.0, false, Ink::Grid);
    }
    canvas.rect((MARGIN, bar), (END - MARGIN, THICK), Ink::Field);
    let shown = row.percent().map_or("–".to_owned(), |percent| format!("{percent}{}", bars.percent));
    if row.n > 0 {
        let width = |count| (END - MARGIN) * number::share(count, row.n);
        let in_time = row.in_time.min(row.n);
        let overdue = width(row.overdue.min(row.n - in_time));
        canvas.rect((MARGIN, bar), (width(in_time), THICK), Ink::Blue);
        canvas.rect((END - overdue, bar), (overdue, THICK), Ink::Orange);
    }
    let look = Text::new(42.0, Ink::Dark).bold().aligned(Align::Right);
    let (shown, look) = canvas.fitted(&shown, look, RIGHT - END - 16.0);
    canvas.text(&shown, RIGHT, bar + 35.0, look);

    let foot = bar + THICK + 36.0;
    let count = format!("{}\u{a0}=\u{a0}{}", bars.n, number::shown(row.n));
    let (count, look) = canvas.fitted(&count, Text::new(SMALL, Ink::Soft), 400.0);
    canvas.text(&count, MARGIN, foot, look);
    if row.overdue > 0 {
        let overdue = format!("▲\u{a0}{}:\u{a0}{}", bars.overdue, number::shown(row.overdue));
        let x = MARGIN + canvas.measure(&count, look) + 36.0;
        let look = Text::new(SMALL, Ink::Orange).bold();
        let (overdue, look) = canvas.fitted(&overdue, look, RIGHT - x);
        canvas.text(&overdue, x, foot, look);
    }
}
