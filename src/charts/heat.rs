//! A field for each hour of the week, the darker the more came in.

use super::canvas::{Align, Canvas, Ink, Text};
use super::{MARGIN, RIGHT, SMALL, TOP, head, nothing, number};
use desk::chart::HeatMap;

/// Where the hours begin: before them stand the days.
const LEFT: f32 = MARGIN + 84.0;
/// The width of an hour, and the height of a day.
const HOUR: f32 = 33.0;
const DAY: f32 = 60.0;
/// Where the first day begins; above it stands what the sums are of.
const FIRST: f32 = TOP + 26.0;
/// How wide the scale of colours is.
const SCALE_WIDTH: f32 = 330.0;

pub(super) fn draw(canvas: &mut Canvas, map: &HeatMap) {
    head(canvas, &map.head);
    let max = map.counts.iter().flatten().copied().max().unwrap_or(0);
    let bottom = FIRST + 7.0 * DAY;
    if max == 0 {
        let bottom = canvas.height() - MARGIN;
        nothing(canvas, &map.head.empty, TOP, bottom);
        return;
    }
    let soft = Text::new(SMALL, Ink::Soft);
    let (n, look) = canvas.fitted(&map.n, soft.aligned(Align::Right), 140.0);
    canvas.text(&n, RIGHT, FIRST - 12.0, look);
    for (index, (day, counts)) in map.days.iter().zip(&map.counts).enumerate() {
        let top = FIRST + number::count(index) * DAY;
        let (day, look) = canvas.fitted(day, Text::new(34.0, Ink::Dark), LEFT - MARGIN - 14.0);
        canvas.text(&day, MARGIN, top + 41.0, look);
        for (hour, count) in counts.iter().enumerate() {
            let x = LEFT + number::count(hour) * HOUR;
            let ink = if *count == 0 { Ink::Field } else { Ink::Heat(number::share(*count, max)) };
            canvas.rect((x + 1.0, top + 1.0), (HOUR - 2.0, DAY - 2.0), ink);
        }
        let sum = counts.iter().fold(0_u64, |sum, count| sum.saturating_add(*count));
        let look = Text::new(SMALL, Ink::Dark).aligned(Align::Right);
        let (sum, look) = canvas.fitted(&number::shown(sum), look, RIGHT - LEFT - 24.0 * HOUR - 12.0);
        canvas.text(&sum, RIGHT, top + 41.0, look);
    }
    for hour in (0_u16..=24).step_by(3) {
        let x = LEFT + f32::from(hour) * HOUR;
        canvas.line(&[(x, bottom), (x, bottom + 10.0)], 2.0, false, Ink::Soft);
        canvas.text(&hour.to_string(), x, bottom + 44.0, soft.aligned(Align::Middle));
    }
    let (hours, look) = canvas.fitted(&map.hours, soft.aligned(Align::Middle), 24.0 * HOUR);
    canvas.text(&hours, LEFT + 12.0 * HOUR, bottom + 86.0, look);
    scale(canvas, map, max, bottom + 116.0);
}

/// What the colours mean: none, and from one to the most.
fn scale(canvas: &mut Canvas, map: &HeatMap, max: u64, top: f32) {
    let soft = Text::new(SMALL, Ink::Soft);
    let foot = top + 32.0;
    let most = number::shown(max);
    let right = RIGHT - canvas.measure(&most, soft) - 14.0;
    canvas.text(&most, RIGHT, foot, soft.aligned(Align::Right));
    let left = right - SCALE_WIDTH;
    for step in 0_u16..110 {
        let share = f32::from(step) / 109.0;
        canvas.rect((left + f32::from(step) * 3.0, top), (3.5, 40.0), Ink::Heat(share));
    }
    canvas.rect((left - 46.0, top), (40.0, 40.0), Ink::Field);
    canvas.text("0", left - 60.0, foot, soft.aligned(Align::Right));
    let (unit, look) = canvas.fitted(&map.unit, soft.aligned(Align::Left), left - 110.0 - MARGIN);
    canvas.text(&unit, MARGIN, foot, look);
}
