// build numbers.wasm:
//
//! Takes slices of numbers and returns vectors of them, by their address and their number.
#[allow(dead_code)] // it also joins texts
mod heap;

use std::mem::ManuallyDrop;
use std::slice::from_raw_parts;

#[no_mangle]
pub unsafe extern "C" fn sum(numbers: *const f64, count: usize) -> f64 {
    from_raw_parts(numbers, count).iter().sum()
}

/// Returns a vector without spare capacity: its address above and its length below.
#[no_mangle]
pub unsafe extern "C" fn differences(numbers: *const i32, count: usize) -> u64 {
    let made: Vec<i32> = from_raw_parts(numbers, count).windows(2).map(|two| two[1] - two[0]).collect();
    let made = ManuallyDrop::new(made.into_boxed_slice());
    (made.as_ptr() as u64) << 32 | made.len() as u64
}
