//! Pictures of any data, and what is so in every one.

use super::*;
use desk::chart::{BarRow, Bars, HeatMap, Point, Times, TimesWords};
use proptest::prelude::*;
use tiny_skia::{Pixmap, PremultipliedColorU8};

fn picture(chart: &Chart) -> Pixmap {
    let bytes = draw(chart).unwrap();
    assert!(bytes.len() < 1 << 20, "{} bytes", bytes.len());
    Pixmap::decode_png(&bytes).unwrap()
}

fn point(label: &str, n: u64, p50: u64, p90: u64) -> Point {
    Point { label: label.to_owned(), n, p50, p90 }
}

fn times(points: Vec<Point>, target: Option<u64>) -> Chart {
    Chart::Times(Times { points, target, ..Times::default() })
}

/// Whether a colour is in a picture.
fn shows(picture: &Pixmap, (red, green, blue): (u8, u8, u8)) -> bool {
    picture.pixels().contains(&PremultipliedColorU8::from_rgba(red, green, blue, 255).unwrap())
}

const BLUE: (u8, u8, u8) = (0x00, 0x72, 0xb2);
const ORANGE: (u8, u8, u8) = (0xd5, 0x5e, 0x00);
const GREEN: (u8, u8, u8) = (0x00, 0x9e, 0x73);

#[test]
fn a_picture_has_the_size_that_was_told_and_hides_what_is_behind_it() {
    let row = BarRow { label: "gold".into(), in_time: 3, n: 4, overdue: 1 };
    for chart in [
        times(vec![point("a", 1, 60, 90)], Some(3600)),
        times(Vec::new(), None),
        Chart::HeatMap(Box::default()),
        Chart::Bars(Bars { rows: vec![row; 40], ..Bars::default() }),
        Chart::Bars(Bars::default()),
    ] {
        let picture = picture(&chart);
        assert_eq!((picture.width(), picture.height()), chart.size(), "{chart:?}");
        assert!(picture.pixels().iter().all(|pixel| pixel.alpha() == 255), "{chart:?}");
    }
}

#[test]
fn the_same_chart_gives_the_same_bytes() {
    let chart = times(vec![point("Mo", 3, 60, 90), point("Di", 4, 80, 900)], Some(600));
    assert_eq!(draw(&chart).unwrap(), draw(&chart).unwrap());
}

#[test]
fn a_line_is_drawn_only_where_something_was_counted() {
    let shown = |chart: &Chart| {
        let picture = picture(chart);
        [BLUE, ORANGE, GREEN].map(|colour| shows(&picture, colour))
    };
    assert_eq!(shown(&times(vec![point("a", 0, 50, 90)], Some(60))), [false; 3], "nothing was counted");
    assert_eq!(shown(&times(vec![point("a", 1, 50, 90)], None)), [true, true, false]);
    assert_eq!(shown(&times(vec![point("a", 1, 50, 90)], Some(60))), [true; 3]);
}

#[test]
fn a_gap_is_not_joined() {
    let with_gap = |n| {
        let middle = point("b", n, 60, 90);
        picture(&times(vec![point("a", 1, 60, 90), middle, point("c", 1, 60, 90)], None))
    };
    let in_the_middle = |picture: &Pixmap| {
        let column = |x| (260..640).filter_map(move |y| picture.pixel(x, y));
        let blue = PremultipliedColorU8::from_rgba(BLUE.0, BLUE.1, BLUE.2, 255).unwrap();
        (500..650).flat_map(column).any(|pixel| pixel == blue)
    };
    assert!(in_the_middle(&with_gap(1)));
    assert!(!in_the_middle(&with_gap(0)));
}

#[test]
fn nothing_is_written_over_the_edge() {
    let long = "Donaudampfschifffahrtsgesellschaft ".repeat(40);
    let head = Head { title: long.clone(), subtitle: long.clone(), empty: long.clone() };
    let huge = u64::MAX;
    let words = TimesWords {
        p50: long.clone(),
        p90: long.clone(),
        target: long.clone(),
        n: long.clone(),
        units: [(); 4].map(|()| long.clone()),
    };
    let points = (0..40).map(|_| point(&long, huge, huge, huge)).collect();
    let row = BarRow { label: long.clone(), in_time: huge, n: huge, overdue: huge };
    let [n, overdue, more, percent] = [(); 4].map(|()| long.clone());
    let bars = Bars { head: head.clone(), rows: vec![row; 30], n, overdue, more, percent };
    let map = HeatMap {
        head: head.clone(),
        counts: [[huge; 24]; 7],
        days: [(); 7].map(|()| long.clone()),
        unit: long.clone(),
        hours: long.clone(),
        n: long,
    };
    let times = Times { head: head.clone(), points, target: Some(huge), words };
    let empty = Times { head, ..Times::default() };
    for chart in [Chart::Times(times), Chart::Times(empty), Chart::Bars(bars), Chart::HeatMap(Box::new(map))]
    {
        let picture = picture(&chart);
        let (width, height) = chart.size();
        let paper = picture.pixel(10, 10).unwrap();
        for y in 4..height - 4 {
            for x in (4..40).chain(width - 40..width - 4) {
                assert_eq!(picture.pixel(x, y), Some(paper), "{chart:?} at {x}, {y}");
            }
        }
    }
}

fn any_count() -> impl Strategy<Value = u64> {
    prop_oneof![3 => 0_u64..50, 1 => any::<u64>(), 1 => Just(u64::MAX)]
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zäöü ]{0,12}", any::<String>(), Just("🦀 ✓ – مرحبا \u{202e}".to_owned())]
}

fn any_times() -> impl Strategy<Value = Chart> {
    let figures = prop::collection::vec((any_count(), any_count(), any_count()), 0..700);
    (figures, any_text(), prop::option::of(any_count()), 1_usize..30).prop_map(
        |(figures, text, target, copies)| {
            let figures = figures.repeat(copies);
            times(figures.into_iter().map(|(n, p50, p90)| point(&text, n, p50, p90)).collect(), target)
        },
    )
}

fn any_map() -> impl Strategy<Value = Chart> {
    (prop::collection::vec(any_count(), 7 * 24), any_text()).prop_map(|(figures, text)| {
        let mut map = HeatMap { unit: text.clone(), n: text, ..HeatMap::default() };
        for (field, figure) in map.counts.iter_mut().flatten().zip(figures) {
            *field = figure;
        }
        Chart::HeatMap(Box::new(map))
    })
}

fn any_bars() -> impl Strategy<Value = Chart> {
    let row = (any_text(), any_count(), any_count(), any_count());
    prop::collection::vec(row, 0..20).prop_map(|rows| {
        let row = |(label, in_time, n, overdue)| BarRow { label, in_time, n, overdue };
        Chart::Bars(Bars { rows: rows.into_iter().map(row).collect(), ..Bars::default() })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_figures_are_there_is_a_picture(chart in prop_oneof![any_times(), any_map(), any_bars()]) {
        let picture = picture(&chart);
        prop_assert_eq!((picture.width(), picture.height()), chart.size());
    }
}
