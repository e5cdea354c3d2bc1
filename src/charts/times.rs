//! Response times over a period: two lines over how many there were.

use super::canvas::{Align, Canvas, Ink, Text};
use super::scale::{Scale, length};
use super::{MARGIN, RIGHT, SMALL, TOP, head, nothing, number};
use desk::chart::{Point, Times, TimesWords};

/// How many parts of a period are drawn by themselves. Of more, several are drawn as one that reaches from the
/// shortest to the longest of them.
const COLUMNS_MAX: usize = 450;
/// Where the field of the lines begins and ends, and the columns below it.
const PLOT: (f32, f32) = (TOP + 82.0, 636.0);
const COUNTS: (f32, f32) = (688.0, 766.0);
/// The foot of the labels of the parts.
const LABELS: f32 = 814.0;
/// The room of a label on either axis at most.
const LABEL_MAX: f32 = 230.0;

/// One or several parts of the period.
struct Column<'t> {
    label: &'t str,
    /// Of the part that has the most.
    n: u64,
    /// The shortest and the longest median, and the same of the other line.
    p50: (u64, u64),
    p90: (u64, u64),
}

/// Where the field of the lines is, and what is how high there.
struct Frame {
    left: f32,
    right: f32,
    scale: Scale,
    count: usize,
}

impl Frame {
    /// The middle of a column.
    fn x(&self, index: usize) -> f32 {
        let twice = |number: usize| u64::try_from(number).unwrap_or(u64::MAX).saturating_mul(2);
        let share = number::share(twice(index).saturating_add(1), twice(self.count));
        self.left + (self.right - self.left) * share
    }

    fn y(&self, seconds: u64) -> f32 {
        PLOT.1 - (PLOT.1 - PLOT.0) * self.scale.place(seconds)
    }

    fn column_width(&self) -> f32 {
        (self.right - self.left) / number::count(self.count.max(1))
    }
}

pub(super) fn draw(canvas: &mut Canvas, times: &Times) {
    head(canvas, &times.head);
    let columns = columns(&times.points);
    if columns.iter().all(|column| column.n == 0) {
        let bottom = canvas.height() - MARGIN;
        nothing(canvas, &times.head.empty, TOP, bottom);
        return;
    }
    let max = columns.iter().map(|column| column.p90.1.max(column.p50.1)).chain(times.target).max();
    let scale = Scale::of_times(max.unwrap_or(0));
    let frame = axis(canvas, times, scale, columns.len());
    legend(canvas, times);
    if let Some(target) = times.target {
        let y = frame.y(target);
        canvas.line(&[(frame.left, y), (frame.right, y)], 4.0, true, Ink::Green);
    }
    series(canvas, &frame, &columns, |column| column.p90, false);
    series(canvas, &frame, &columns, |column| column.p50, true);
    counts(canvas, &frame, &columns, &times.words);
    labels(canvas, &frame, &columns);
}

/// Puts the parts of a period into columns, of which there is room for only so many.
fn columns(points: &[Point]) -> Vec<Column<'_>> {
    let per = points.len().div_ceil(COLUMNS_MAX).max(1);
    points.chunks(per).map(column).collect()
}

fn column(points: &[Point]) -> Column<'_> {
    let counted = || points.iter().filter(|point| point.n > 0);
    let range = |figure: fn(&Point) -> u64| {
        let shortest = counted().map(figure).min().unwrap_or(0);
        (shortest, counted().map(figure).max().unwrap_or(0))
    };
    Column {
        label: points.first().map_or("", |point| point.label.as_str()),
        n: counted().map(|point| point.n).max().unwrap_or(0),
        p50: range(|point| point.p50),
        p90: range(|point| point.p90),
    }
}

/// Draws the scale of times; the room that is left beside it.
fn axis(canvas: &mut Canvas, times: &Times, scale: Scale, count: usize) -> Frame {
    let look = Text::new(SMALL, Ink::Soft).aligned(Align::Right);
    let ticks: Vec<(u64, (String, Text))> = scale
        .ticks()
        .map(|tick| (tick, canvas.fitted(&length(tick, &times.words.units), look, LABEL_MAX)))
        .collect();
    let widest = ticks.iter().map(|(_, (text, look))| canvas.measure(text, *look)).fold(0.0, f32::max);
    let frame = Frame { left: MARGIN + widest.max(84.0) + 18.0, right: RIGHT, scale, count };
    for (tick, (text, look)) in &ticks {
        let y = frame.y(*tick);
        let (width, ink) = if *tick == 0 { (3.0, Ink::Grey) } else { (2.0, Ink::Grid) };
        canvas.line(&[(frame.left, y), (frame.right, y)], width, false, ink);
        canvas.text(text, frame.left - 18.0, y + 11.0, *look);
    }
    frame
}

/// What the lines are.
fn legend(canvas: &mut Canvas, times: &Times) {
    let target = times
        .target
        .map(|target| (format!("{} {}", times.words.target, length(target, &times.words.units)), Ink::Green));
    let words = &times.words;
    let items = [(words.p50.clone(), Ink::Blue), (words.p90.clone(), Ink::Orange)];
    let mut x = MARGIN;
    let y = TOP + 34.0;
    for (word, ink) in items.into_iter().chain(target) {
        let (word, look) = canvas.fitted(&word, Text::new(34.0, Ink::Dark), 228.0);
        let (from, to) = (x, x + 60.0);
        canvas.line(&[(from, y - 11.0), (to, y - 11.0)], 6.0, ink == Ink::Green, ink);
        if ink != Ink::Green {
            canvas.dot((x + 30.0, y - 11.0), 10.0, ink == Ink::Blue, ink);
        }
        canvas.text(&word, x + 74.0, y, look);
        x += 74.0 + canvas.measure(&word, look) + 40.0;
    }
}

/// Draws one line, in pieces: where nothing was counted, there is none.
fn series(
    canvas: &mut Canvas,
    frame: &Frame,
    columns: &[Column<'_>],
    figure: impl Fn(&Column<'_>) -> (u64, u64),
    is_median: bool,
) {
    let ink = if is_median { Ink::Blue } else { Ink::Orange };
    // where both are the same, the larger mark looks out behind the smaller one
    let (width, radius) = match columns.len() {
        0..=16 => (6.0, if is_median { 8.0 } else { 12.0 }),
        17..=45 => (5.0, if is_median { 5.0 } else { 8.0 }),
        46..=120 => (4.0, 0.0),
        _ => (3.0, 0.0),
    };
    let mut from = 0;
    for piece in columns.chunk_by(|one, next| (one.n > 0) == (next.n > 0)) {
        let first = from;
        from += piece.len();
        if piece.first().is_none_or(|column| column.n == 0) {
            continue;
        }
        let mut line = Vec::new();
        let mut dots = Vec::new();
        for (index, column) in piece.iter().enumerate() {
            let x = frame.x(first + index);
            let (shortest, longest) = figure(column);
            line.push((x, frame.y(longest)));
            if shortest < longest {
                line.push((x, frame.y(shortest)));
            }
            dots.push((x, frame.y(longest)));
        }
        if line.len() > 1 {
            canvas.line(&line, width, false, ink);
        }
        // what stands alone would not be seen as a line
        let radius = if line.len() > 1 { radius } else { f32::max(radius, 5.0) };
        if radius > 0.0 {
            for dot in dots {
                canvas.dot(dot, radius, is_median, ink);
            }
        }
    }
}

/// How many there were, as columns; with numbers where there is room for them.
fn counts(canvas: &mut Canvas, frame: &Frame, columns: &[Column<'_>], words: &TimesWords) {
    let max = columns.iter().map(|column| column.n).max().unwrap_or(0);
    let soft = Text::new(SMALL, Ink::Soft).aligned(Align::Right);
    let small = Text::new(28.0, Ink::Dark).aligned(Align::Middle);
    let wide = frame.column_width();
    let room = columns.iter().all(|column| canvas.measure(&number::shown(column.n), small) + 10.0 <= wide);
    canvas.line(&[(frame.left, COUNTS.1), (frame.right, COUNTS.1)], 3.0, false, Ink::Grey);
    let (n, look) = canvas.fitted(&words.n, soft, LABEL_MAX.min(frame.left - MARGIN - 18.0));
    canvas.text(&n, frame.left - 18.0, COUNTS.1, look);
    if !room {
        let (most, look) = canvas.fitted(&number::shown(max), soft, frame.left - MARGIN - 18.0);
        canvas.text(&most, frame.left - 18.0, COUNTS.0 + 14.0, look);
        canvas.line(&[(frame.left, COUNTS.0), (frame.right, COUNTS.0)], 2.0, false, Ink::Grid);
    }
    let width = (wide * 0.72).clamp(1.5, 64.0);
    for (index, column) in columns.iter().enumerate().filter(|(_, column)| column.n > 0) {
        let height = ((COUNTS.1 - COUNTS.0) * number::share(column.n, max)).max(2.0);
        let x = frame.x(index);
        canvas.rect((x - width / 2.0, COUNTS.1 - height), (width, height), Ink::Grey);
        if room {
            canvas.text(&number::shown(column.n), x, COUNTS.1 - height - 8.0, small);
        }
    }
}

/// The names of the parts, as many as there is room for.
fn labels(canvas: &mut Canvas, frame: &Frame, columns: &[Column<'_>]) {
    let look = Text::new(SMALL, Ink::Dark).aligned(Align::Middle);
    let mut fitted: Vec<(String, Text, f32)> = Vec::new();
    for column in columns {
        let (text, look) = canvas.fitted(column.label, look, LABEL_MAX);
        let width = canvas.measure(&text, look);
        fitted.push((text, look, width));
    }
    let widest = fitted.iter().map(|(_, _, width)| *width).fold(0.0, f32::max) + 24.0;
    let every = (1..=columns.len()).find(|every| number::count(*every) * frame.column_width() >= widest);
    let mut free = MARGIN;
    for (index, (text, look, width)) in fitted.iter().enumerate().step_by(every.unwrap_or(usize::MAX)) {
        let half = width / 2.0;
        let x = frame.x(index).clamp(MARGIN + half, f32::max(RIGHT - half, MARGIN + half));
        if x - half < free {
            continue;
        }
        canvas.line(&[(frame.x(index), COUNTS.1), (frame.x(index), COUNTS.1 + 8.0)], 2.0, false, Ink::Soft);
        canvas.text(text, x, LABELS, *look);
        free = x + half + 16.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_period_keeps_its_longest_and_shortest_times() {
        let point = |index: u64| Point { label: index.to_string(), n: 1, p50: index, p90: 2 * index };
        let points: Vec<Point> = (0..10_000).map(point).collect();
        let columns = columns(&points);
        assert!(columns.len() <= COLUMNS_MAX);
        assert_eq!(columns.iter().map(|column| column.p90.1).max(), Some(19_998));
        assert_eq!(columns.iter().map(|column| column.p50.0).min(), Some(0));
    }

    #[test]
    fn what_was_not_counted_does_not_count() {
        let points = [
            Point { label: "a".into(), n: 0, p50: 999, p90: 999 },
            Point { label: "b".into(), n: 2, p50: 5, p90: 7 },
        ];
        let column = column(&points);
        assert_eq!((column.label, column.n, column.p50, column.p90), ("a", 2, (5, 5), (7, 7)));
    }
}
