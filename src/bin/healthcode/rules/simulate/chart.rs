//! The colours on the days to come as a chart.

use std::io::Write;
use std::path::Path;

use healthcode::calendar::Time;
use healthcode::colour::Colour;
use plotters::prelude::*;

use crate::failure::{CliError, Failure, InFile};
use crate::files::NewFile;
use crate::format::local;

/// The size of the picture.
const SIZE: (u32, u32) = (960, 540);

/// A curve: the shares of the people who have a colour, in percent, from the first moment on.
pub(super) struct Curve {
    pub(super) colour: Colour,
    /// Whether it is by the pack that the new one is compared with.
    pub(super) old: bool,
    pub(super) shares: Vec<f64>,
}

/// Draws the curves of all colours but green, which is the rest, into an SVG file.
pub(super) fn write(path: &Path, title: &str, moments: &[Time], curves: &[Curve]) -> Result<(), Failure> {
    let mut svg = String::new();
    let (new, mut file) = NewFile::create(path)?;
    let drawn = draw(&mut svg, title, moments, curves).map_err(std::io::Error::other);
    match drawn.and_then(|()| file.write_all(svg.as_bytes())) {
        Ok(()) => new.keep(),
        Err(error) => {
            new.abandon();
            Err(CliError::Unwritable(error)).in_file(path)
        }
    }
}

fn paint(colour: Colour) -> RGBColor {
    match colour {
        Colour::Green => RGBColor(0x1a, 0x7f, 0x4b),
        Colour::Yellow => RGBColor(0xb8, 0x86, 0x00),
        Colour::Grey => RGBColor(0x6b, 0x72, 0x80),
        Colour::Red => RGBColor(0xc6, 0x28, 0x28),
    }
}

fn draw(svg: &mut String, title: &str, moments: &[Time], curves: &[Curve]) -> Result<(), String> {
    let failed = |error: DrawingAreaErrorKind<std::io::Error>| error.to_string();
    let curves: Vec<_> = curves.iter().filter(|curve| curve.colour != Colour::Green).collect();
    let last = u32::try_from(moments.len()).unwrap_or(u32::MAX).saturating_sub(1);
    let highest = curves.iter().flat_map(|curve| &curve.shares).copied().fold(0.0, f64::max);
    let compared = curves.iter().any(|curve| curve.old);
    // Above the curves there is room for the legend.
    let room = if compared { 1.5 } else { 1.3 };
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    area.fill(&WHITE).map_err(failed)?;
    let mut chart = ChartBuilder::on(&area)
        .margin(20)
        .caption(title, ("sans-serif", 22))
        .x_label_area_size(48)
        .y_label_area_size(64)
        .build_cartesian_2d(0.0..f64::from(last.max(1)), 0.0..(highest * room).max(0.1))
        .map_err(failed)?;
    let day = |at: &f64| {
        let moment = moments
            .iter()
            .enumerate()
            .find(|(index, _)| u32::try_from(*index).is_ok_and(|index| f64::from(index) >= *at));
        // Month and day, as in 02-29.
        moment.map(|(_, moment)| local(*moment)).and_then(|text| text.get(5..10).map(str::to_owned)).unwrap_or_default()
    };
    chart
        .configure_mesh()
        .x_labels(usize::try_from(last.clamp(2, 14)).unwrap_or(14))
        .x_label_formatter(&day)
        .y_label_formatter(&|share| if highest < 2.0 { format!("{share:.2} %") } else { format!("{share:.1} %") })
        .x_desc("if nothing new happens and everybody reports every day")
        .y_desc("share of the people; the rest is green")
        .label_style(("sans-serif", 14))
        .axis_desc_style(("sans-serif", 15))
        .light_line_style(WHITE)
        .draw()
        .map_err(failed)?;
    for curve in curves {
        let (paint, old) = (paint(curve.colour), curve.old);
        let points = (0u32..).map(f64::from).zip(curve.shares.iter().copied());
        let name = match (compared, old) {
            (false, _) => curve.colour.name().to_owned(),
            (true, true) => format!("{}, old", curve.colour.name()),
            (true, false) => format!("{}, new", curve.colour.name()),
        };
        let style = ShapeStyle { color: paint.into(), filled: false, stroke_width: if old { 2 } else { 3 } };
        let drawn = if old {
            chart.draw_series(DashedLineSeries::new(points, 6, 5, style))
        } else {
            chart.draw_series(LineSeries::new(points, style))
        };
        drawn.map_err(failed)?.label(name).legend(move |(x, y)| {
            let end = if old { x + 9 } else { x + 20 };
            PathElement::new(vec![(x, y), (end, y)], style)
        });
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .background_style(WHITE.mix(0.85))
        .border_style(RGBColor(0xcc, 0xcc, 0xcc))
        .label_font(("sans-serif", 16))
        .draw()
        .map_err(failed)?;
    area.present().map_err(failed)
}
