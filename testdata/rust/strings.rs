// build packed.wasm: --cfg packed
// build area.wasm: --cfg area
// build boxed.wasm: --cfg boxed
//
//! Strings by pointer and byte length: the result is packed in a `u64` with the pointer in the high
//! half, or a `#[repr(C)]` struct by value, which becomes a return area, or a boxed one.
mod heap;

use heap::concat;
use std::mem::ManuallyDrop;

#[cfg(not(packed))]
#[repr(C)]
pub struct Text {
    pointer: *mut u8,
    length: usize,
}

/// The result's block, which has exactly as many bytes as the text; a null pointer for `None`.
fn leak(text: Option<String>) -> (*mut u8, usize) {
    let mut text = match text {
        Some(text) => ManuallyDrop::new(text),
        None => return (core::ptr::null_mut(), 0),
    };
    (text.as_mut_ptr(), text.len())
}

#[cfg(packed)]
type Answer = u64;
#[cfg(packed)]
fn answer(text: Option<String>) -> Answer {
    let (pointer, length) = leak(text);
    (pointer as u64) << 32 | length as u64
}

#[cfg(area)]
type Answer = Text;
#[cfg(area)]
fn answer(text: Option<String>) -> Answer {
    let (pointer, length) = leak(text);
    Text { pointer, length }
}

#[cfg(boxed)]
type Answer = Box<Text>;
#[cfg(boxed)]
fn answer(text: Option<String>) -> Answer {
    let (pointer, length) = leak(text);
    Box::new(Text { pointer, length })
}

/// Frees a struct and its text.
#[cfg(boxed)]
#[no_mangle]
pub extern "C" fn free_text(text: Box<Text>) {
    unsafe { heap::dealloc(text.pointer, text.length) }
}

unsafe fn text<'a>(pointer: *const u8, length: usize) -> &'a str {
    core::str::from_utf8_unchecked(core::slice::from_raw_parts(pointer, length))
}

/// # Safety
///
/// `pointer` and `length` are a text in UTF-8.
#[no_mangle]
pub unsafe extern "C" fn greet(pointer: *const u8, length: usize) -> Answer {
    answer(concat(&["Hello, ", text(pointer, length), "!"]))
}

/// # Safety
///
/// `pointer` and `length` are a text in UTF-8.
#[no_mangle]
pub unsafe extern "C" fn echo(pointer: *const u8, length: usize) -> Answer {
    answer(concat(&[text(pointer, length)]))
}
