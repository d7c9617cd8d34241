//! What calls answer, and that no call panics. The comparison with Pillow is in `tests/pillow`, which runs in the
//! browser: these are the rules that hold for any picture.

use nuvola_imaging::call;

/// Bytes that look like nothing in particular.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 7u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..count).map(|_| next()).collect()
}

fn answer(name: &str, numbers: &[f64], buffers: &[&[u8]]) -> Vec<u8> {
    call(name, numbers, buffers).unwrap_or_else(|failure| panic!("{name}: {failure}"))
}

#[test]
fn rows_come_back_through_every_png_filter() {
    // Source: PNG Specification, section 9 (Filtering): reconstruction undoes filtering.
    let rows = noise(12 * 9);
    for adaptive in [0.0, 1.0] {
        let filtered = answer("png_filter", &[12.0, 3.0, adaptive], &[&rows]);
        assert_eq!(answer("png_rows", &[12.0, 3.0], &[&filtered]), rows);
    }
}

#[test]
fn indices_come_back_through_gif_compression() {
    // Source: GIF89a Specification, appendix F: the decoder follows the encoder's table, also when it is full.
    for (bits, count) in [(2, 1), (2, 500), (8, 0), (8, 3), (8, 90_000)] {
        let indices: Vec<u8> = noise(count).iter().map(|byte| byte & ((1u16 << bits) - 1) as u8).collect();
        let code = answer("gif_encode", &[f64::from(bits)], &[&indices]);
        assert_eq!(
            answer("gif_decode", &[f64::from(bits), count as f64], &[&code]),
            indices,
            "{bits} {count}"
        );
    }
}

#[test]
fn turning_four_times_and_flipping_twice_change_nothing() {
    let picture = noise(5 * 3 * 3);
    let mut turned = picture.clone();
    for (width, height) in [(5.0, 3.0), (3.0, 5.0), (5.0, 3.0), (3.0, 5.0)] {
        turned = answer("transpose", &[width, height, 3.0, 2.0], &[&turned]);
    }
    assert_eq!(turned, picture);
    for method in [0.0, 1.0, 3.0] {
        let once = answer("transpose", &[5.0, 3.0, 3.0, method], &[&picture]);
        assert_eq!(answer("transpose", &[5.0, 3.0, 3.0, method], &[&once]), picture);
    }
}

#[test]
fn an_even_picture_stays_even_under_filters_and_sizes() {
    let even = vec![93u8; 16 * 16 * 3];
    for filter in 1..=5 {
        let numbers = [16.0, 16.0, 3.0, 0.0, 7.0, 29.0, f64::from(filter), 0.0, 0.0, 16.0, 16.0];
        assert!(answer("resize", &numbers, &[&even]).iter().all(|value| *value == 93), "filter {filter}");
    }
    let blurred = answer("box_blur", &[16.0, 16.0, 3.0, 2.4, 30.0, 3.0], &[&even]);
    assert!(blurred.iter().all(|value| value.abs_diff(93) <= 1));
}

#[test]
fn calls_that_make_no_sense_are_refused() {
    const NAMES: &str = "resize reduce transform box_blur unsharp kernel rank most_frequent convert matrix to_bilevel \
        to_palette quantize paste alpha_composite blend chop histogram bounds transpose png_rows png_filter gif_decode \
        gif_encode jpeg_decode jpeg_encode webp_decode webp_encode nothing";
    let junk = noise(300);
    for name in NAMES.split_whitespace() {
        for numbers in [&[][..], &[0.0; 14], &[-1.0; 14], &[f64::NAN; 14], &[1e18; 14], &[3.0; 14]] {
            for buffers in [&[][..], &[&[][..], &[], &[]], &[&junk, &junk, &junk]] {
                // An answer or a refusal, and no panic.
                let _ = call(name, numbers, buffers);
            }
        }
    }
    assert!(call("nothing", &[], &[]).is_err());
    assert!(call("resize", &[4.0, 4.0, 3.0, 0.0, 2.0, 2.0, 2.0, 0.0, 0.0, 4.0, 4.0], &[&junk]).is_err());
}
