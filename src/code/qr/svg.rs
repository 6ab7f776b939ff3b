//! Drawing a symbol as SVG: one path, one unit per module, a quiet zone of four modules (ISO/IEC 18004:2015, 6.3.8).

use std::fmt;

use super::{Qr, QrError};
use crate::limits::QR_CONTRAST_MIN;

const QUIET: usize = 4;

/// How a symbol is drawn: black on white unless said otherwise.
#[derive(Clone, PartialEq, Eq)]
pub struct SvgOptions {
    title: String,
    dark: String,
    light: String,
}

/// Leaves out the title: it may name the holder.
impl fmt::Debug for SvgOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SvgOptions").field("dark", &self.dark).field("light", &self.light).finish_non_exhaustive()
    }
}

impl SvgOptions {
    /// Black on white. `title` is the plain text for assistive technology; if it is empty, the drawing is marked as
    /// decorative, for a page that labels it elsewhere.
    #[must_use]
    pub fn new(title: &str) -> Self {
        Self { title: title.to_owned(), dark: "#000000".to_owned(), light: "#ffffff".to_owned() }
    }

    /// Other colours, each written `#rrggbb`.
    ///
    /// Reflectance is estimated as luminance (ITU-R BT.709 weights) with a gamma of 2; the difference of the two is the
    /// symbol contrast of ISO/IEC 15415.
    ///
    /// # Errors
    ///
    /// [`QrError::Colour`] for any other notation, [`QrError::Contrast`] if readers could not tell dark from light, or
    /// the two are swapped.
    pub fn with_colours(self, dark: &str, light: &str) -> Result<Self, QrError> {
        let found = reflectance(light)?.saturating_sub(reflectance(dark)?);
        if found < QR_CONTRAST_MIN {
            return Err(QrError::Contrast { found, least: QR_CONTRAST_MIN });
        }
        Ok(Self { dark: dark.to_owned(), light: light.to_owned(), ..self })
    }
}

/// How much light a colour reflects, in percent.
fn reflectance(colour: &str) -> Result<u32, QrError> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6);
    let digits =
        digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit())).ok_or(QrError::Colour)?;
    let rgb = u32::from_str_radix(digits, 16).map_err(|_| QrError::Colour)?;
    let linear = |shift: u32| ((rgb >> shift) & 0xff).pow(2);
    let luminance = 2126 * linear(16) + 7152 * linear(8) + 722 * linear(0);
    Ok(luminance / (100 * 255 * 255))
}

impl Qr {
    /// The symbol as a complete SVG document that scales to any size: a background, and one path whose strokes are the
    /// runs of dark modules in each row. It can be inlined in HTML too; it has no `id`.
    #[must_use]
    pub fn to_svg(&self, options: &SvgOptions) -> String {
        let (label, title) = match escaped(&options.title) {
            title if title.is_empty() => ("aria-hidden=\"true\"".to_owned(), title),
            title => (format!("aria-label=\"{title}\""), format!("<title>{title}</title>")),
        };
        let SvgOptions { dark, light, .. } = options;
        let side = self.width() + 2 * QUIET;
        let path = self.path();
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" \
             role=\"img\" {label}>{title}<rect width=\"{side}\" height=\"{side}\" fill=\"{light}\"/>\
             <path stroke=\"{dark}\" d=\"{path}\"/></svg>"
        )
    }

    /// The runs as strokes of width 1 through the middle of their row, each placed from where the last one ended.
    fn path(&self) -> String {
        let mut path = format!("M{QUIET} {QUIET}.5");
        let (mut pen_x, mut pen_y) = (0_usize, 0);
        for (y, row) in self.modules.chunks_exact(self.width()).enumerate() {
            let mut x = 0_usize;
            for run in row.chunk_by(|left, right| left == right) {
                if run.first() == Some(&1) {
                    if (pen_x, pen_y) != (x, y) {
                        path.push('m');
                        if x < pen_x {
                            path.push('-');
                        }
                        push_number(&mut path, x.abs_diff(pen_x));
                        path.push(' ');
                        push_number(&mut path, y - pen_y);
                    }
                    path.push('h');
                    push_number(&mut path, run.len());
                    (pen_x, pen_y) = (x + run.len(), y);
                }
                x += run.len();
            }
        }
        path
    }
}

/// Writes decimal digits without the formatting machinery, which would take longer than the symbol itself.
fn push_number(text: &mut String, number: usize) {
    if number > 9 {
        push_number(text, number / 10);
    }
    text.extend(u8::try_from(number % 10).map(|digit| char::from(b'0' + digit)));
}

/// XML text that is also safe between double quotes; characters that XML 1.0 forbids are replaced.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::code::qr::encode;

    fn svg(options: &SvgOptions) -> String {
        encode("GREEN").unwrap().to_svg(options)
    }

    /// The value of the attribute's last occurrence in `text`.
    fn attribute<'a>(text: &'a str, name: &str) -> &'a str {
        text.rsplit_once(&format!(" {name}=\"")).unwrap().1.split_once('"').unwrap().0
    }

    /// Paints strokes into modules; every stroke must stay in the symbol and paint a light module.
    fn painted(path: &str, width: usize) -> Vec<u8> {
        let mut modules = vec![0; width * width];
        let (mut x, mut y) = (0, 0);
        let spaced = path.strip_prefix("M4 4.5").unwrap().replace('m', " m ").replace('h', " h ");
        let mut words = spaced.split_whitespace();
        while let Some(command) = words.next() {
            let mut number = || words.next().unwrap().parse::<isize>().unwrap();
            if command == "m" {
                x += number();
                y += number();
                continue;
            }
            for _ in 0..number() {
                let at = usize::try_from(y).unwrap() * width + usize::try_from(x).unwrap();
                assert!(usize::try_from(x).unwrap() < width && modules[at] == 0);
                modules[at] = 1;
                x += 1;
            }
        }
        modules
    }

    /// What the pattern gives, something much like a colour, or any text.
    fn any_colour(pattern: &'static str) -> impl Strategy<Value = String> {
        prop_oneof![4 => pattern, 1 => "#?[0-9a-fA-Fg]{5,7}", 1 => ".{0,9}"]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_path_paints_the_modules(text in "[0-9A-Z $%*+./:-]{1,970}") {
            let qr = encode(&text).unwrap();
            let svg = qr.to_svg(&SvgOptions::new(""));
            prop_assert_eq!(painted(attribute(&svg, "d"), qr.width()), qr.modules());
        }

        #[test]
        fn any_title_stays_text(title in any::<String>()) {
            let svg = svg(&SvgOptions::new(&title));
            prop_assert_eq!(svg.matches('<').count(), if title.is_empty() { 4 } else { 6 });
            prop_assert!(!svg.chars().any(|character| character < ' '));
        }

        #[test]
        fn any_colours_are_drawn_or_refused(dark in any_colour("#([0-7][0-9a-fA-F]){3}"), light in any_colour("#([89a-fA-F][0-9a-fA-F]){3}")) {
            let is_colour = |text: &str| {
                text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|digit| digit.is_ascii_hexdigit()))
            };
            match SvgOptions::new("").with_colours(&dark, &light) {
                Ok(options) => {
                    prop_assert!(is_colour(&dark) && is_colour(&light));
                    let svg = svg(&options);
                    prop_assert_eq!((attribute(&svg, "stroke"), attribute(&svg, "fill")), (&*dark, &*light));
                    let swapped = SvgOptions::new("").with_colours(&light, &dark);
                    prop_assert_eq!(swapped.err(), Some(QrError::Contrast { found: 0, least: QR_CONTRAST_MIN }));
                }
                Err(QrError::Contrast { found, .. }) => {
                    prop_assert!(is_colour(&dark) && is_colour(&light) && found < QR_CONTRAST_MIN);
                }
                Err(error) => {
                    prop_assert_eq!(error, QrError::Colour);
                    prop_assert!(!is_colour(&dark) || !is_colour(&light));
                }
            }
        }
    }

    #[test]
    fn the_whole_document() {
        let svg = svg(&SvgOptions::new("Health code of <W>, \"green\" & 'valid'\u{1}"));
        let label = "Health code of &lt;W&gt;, &quot;green&quot; &amp; &#39;valid&#39;\u{fffd}";
        let start = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 29 29\" shape-rendering=\"crispEdges\" role=\"img\" \
             aria-label=\"{label}\"><title>{label}</title><rect width=\"29\" height=\"29\" fill=\"#ffffff\"/>\
             <path stroke=\"#000000\" d=\"M4 4.5h7m"
        );
        assert!(svg.starts_with(&start), "{svg}");
        assert!(svg.ends_with("\"/></svg>"));
        assert_eq!(svg.matches("<path").count(), 1);
    }

    #[test]
    fn a_drawing_without_title_is_decorative() {
        let svg = svg(&SvgOptions::new(""));
        assert!(svg.contains(" role=\"img\" aria-hidden=\"true\"><rect") && !svg.contains("<title>"));
    }

    #[test]
    fn colours_must_be_readable() {
        let with = |dark, light| SvgOptions::new("").with_colours(dark, light);
        for dark in ["#000000", "#0a6e31", "#B00020", "#7a5c00"] {
            assert_eq!(attribute(&svg(&with(dark, "#fffbe6").unwrap()), "stroke"), dark);
        }
        assert_eq!(attribute(&svg(&with("#000000", "#fffbe6").unwrap()), "fill"), "#fffbe6");
        assert!(with("#000000", "#bebebe").is_ok(), "just light enough");
        assert_eq!(with("#000000", "#bdbdbd"), Err(QrError::Contrast { found: 54, least: QR_CONTRAST_MIN }));
        assert_eq!(with("#ffd400", "#ffffff"), Err(QrError::Contrast { found: 30, least: QR_CONTRAST_MIN }));
        assert_eq!(with("#ffffff", "#000000"), Err(QrError::Contrast { found: 0, least: QR_CONTRAST_MIN }));
        for wrong in ["", "#", "black", "#000", "000000", "#0000000", "#+00000", "#00000g", "#0000é", "url(#x)"] {
            assert_eq!(with(wrong, "#ffffff"), Err(QrError::Colour), "{wrong}");
            assert_eq!(with("#000000", wrong), Err(QrError::Colour), "{wrong}");
        }
    }
}
