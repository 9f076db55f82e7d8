// build vectors.wasm:
//
//! Vectors as they are, whose capacity can be greater than their length: `alloc_vec` returns the
//! address and the capacity in one `u64`, and results are `#[repr(C)]` structs of address, length and
//! capacity. A vector is freed with all three.
#[allow(dead_code)] // it also joins texts
mod heap;

use std::mem::ManuallyDrop;

/// The parts of a vector.
#[repr(C)]
pub struct Raw<T> {
    pointer: *mut T,
    length: usize,
    capacity: usize,
}

fn leak<T>(vec: Vec<T>) -> Raw<T> {
    let mut vec = ManuallyDrop::new(vec);
    Raw { pointer: vec.as_mut_ptr(), length: vec.len(), capacity: vec.capacity() }
}

/// Allocates at least `size` bytes: the address in the high half, the capacity in the low half; 0 if
/// memory runs out.
#[no_mangle]
pub extern "C" fn alloc_vec(size: usize) -> u64 {
    let mut bytes = Vec::<u8>::new();
    // Small vectors have room to grow.
    if bytes.try_reserve_exact(size.max(8)).is_err() {
        return 0;
    }
    let raw = leak(bytes);
    (raw.pointer as u64) << 32 | raw.capacity as u64
}

/// Frees a vector of bytes.
///
/// # Safety
///
/// The three are the parts of a vector.
#[no_mangle]
pub unsafe extern "C" fn vec_free(pointer: *mut u8, length: usize, capacity: usize) {
    drop(Vec::from_raw_parts(pointer, length, capacity));
}

/// Frees a vector of numbers.
///
/// # Safety
///
/// The three are the parts of a vector.
#[no_mangle]
pub unsafe extern "C" fn vec_free_u32(pointer: *mut u32, length: usize, capacity: usize) {
    drop(Vec::from_raw_parts(pointer, length, capacity));
}

/// Frees a vector of vectors, but not what these hold.
///
/// # Safety
///
/// The three are the parts of a vector.
#[no_mangle]
pub unsafe extern "C" fn vec_free_raw(pointer: *mut Raw<u8>, length: usize, capacity: usize) {
    drop(Vec::from_raw_parts(pointer, length, capacity));
}

/// Frees the box of a vector, but not the vector.
///
/// # Safety
///
/// `raw` is such a box.
#[no_mangle]
pub unsafe extern "C" fn box_free(raw: *mut Raw<u8>) {
    drop(Box::from_raw(raw));
}

unsafe fn text<'a>(pointer: *const u8, length: usize) -> &'a str {
    core::str::from_utf8_unchecked(core::slice::from_raw_parts(pointer, length))
}

/// A text twice, in a vector with room for three of it.
fn twice(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(3 * text.len());
    bytes.extend_from_slice(text.as_bytes());
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

/// # Safety
///
/// `pointer` and `length` are a text in UTF-8.
#[no_mangle]
pub unsafe extern "C" fn double(pointer: *const u8, length: usize) -> Raw<u8> {
    leak(twice(text(pointer, length)))
}

/// # Safety
///
/// `pointer` and `length` are a text in UTF-8.
#[no_mangle]
pub unsafe extern "C" fn double_boxed(pointer: *const u8, length: usize) -> Box<Raw<u8>> {
    Box::new(leak(twice(text(pointer, length))))
}

/// The first and the last word of a text, each twice.
#[repr(C)]
pub struct Ends {
    first: Raw<u8>,
    last: Raw<u8>,
}

/// # Safety
///
/// `pointer` and `length` are a text in UTF-8.
#[no_mangle]
pub unsafe extern "C" fn ends(pointer: *const u8, length: usize) -> Ends {
    let words: Vec<&str> = text(pointer, length).split(' ').collect();
    Ends { first: leak(twice(words[0])), last: leak(twice(words[words.len() - 1])) }
}

/// Each word of a text twice.
///
/// # Safety
///
/// `pointer` and `length` are a text in UTF-8.
#[no_mangle]
pub unsafe extern "C" fn words(pointer: *const u8, length: usize) -> Raw<Raw<u8>> {
    let mut words = Vec::with_capacity(10);
    words.extend(text(pointer, length).split(' ').map(|word| leak(twice(word))));
    leak(words)
}

/// The squares below `n` times `n`.
#[no_mangle]
pub extern "C" fn squares(n: u32) -> Raw<u32> {
    let mut squares = Vec::with_capacity(n as usize + 4);
    squares.extend((0..n).map(|i| i * i));
    leak(squares)
}

/// # Safety
///
/// `pointer` and `length` are a text in UTF-8.
#[no_mangle]
pub unsafe extern "C" fn count(pointer: *const u8, length: usize, least: u32) -> u32 {
    least + text(pointer, length).chars().count() as u32
}
