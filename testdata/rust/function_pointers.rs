// build function_pointers.wasm: -Clink-args=--export-table -Clink-args=--growable-table
//
//! Takes `extern "C"` function pointers and returns one. `sort_by` sorts by a comparator; `visit`
//! calls back with each line of a text and a user's number, until the callback returns false;
//! `operator` returns a function by the character of its operator, or `None`.
use std::cmp::Ordering;

#[no_mangle]
pub unsafe extern "C" fn sort_by(
    items: *mut i32,
    count: usize,
    compare: extern "C" fn(i32, i32) -> i32,
) {
    let items = std::slice::from_raw_parts_mut(items, count);
    items.sort_by(|left, right| match compare(*left, *right) {
        order if order < 0 => Ordering::Less,
        0 => Ordering::Equal,
        _ => Ordering::Greater,
    });
}

#[no_mangle]
pub unsafe extern "C" fn visit(
    text: *const u8,
    length: usize,
    callback: Option<extern "C" fn(*const u8, usize, u64) -> bool>,
    data: u64,
) -> usize {
    let text = std::str::from_utf8_unchecked(std::slice::from_raw_parts(text, length));
    match callback {
        Some(call) => text.lines().take_while(|line| call(line.as_ptr(), line.len(), data)).count(),
        None => 0,
    }
}

extern "C" fn add(left: i64, right: i64) -> i64 {
    left.wrapping_add(right)
}

extern "C" fn multiply(left: i64, right: i64) -> i64 {
    left.wrapping_mul(right)
}

#[no_mangle]
pub extern "C" fn operator(name: u32) -> Option<extern "C" fn(i64, i64) -> i64> {
    match char::from_u32(name)? {
        '+' => Some(add),
        '*' => Some(multiply),
        _ => None,
    }
}
