//! Loading signed files, at a phone and at a checkpoint.

use wasm_bindgen::prelude::*;

use super::result::LoadResult;
use super::types::Problem;
use super::{input, to_js};
use crate::calendar::Time;
use crate::error::Coded;
use crate::limits::{FILE_BYTES, memory_to_load};
use crate::trust::FileState;

/// What became of a signed file; one that is too long, or that there is no memory for, is not even copied. `after` is the
/// memory that it takes to open again what is stored.
pub(super) fn loaded<E: Coded>(
    file: &JsValue,
    now: &JsValue,
    after: usize,
    load: impl FnOnce(&[u8], Time) -> Result<FileState, E>,
) -> Result<JsValue, JsValue> {
    let file = input::bytes(file, "file", FILE_BYTES, |length| memory_to_load(length, after))?;
    let now = input::time(now)?;
    let loaded = file
        .map_err(|untaken| Problem::from(&untaken))
        .and_then(|file| load(&file, now).map_err(|error| Problem::from(&error)));
    to_js(&match loaded {
        Ok(file) => LoadResult::Loaded { file },
        Err(problem) => LoadResult::Refused { problem },
    })
}
