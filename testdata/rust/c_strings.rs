// build c_string.wasm:
//
//! C strings both ways: `alloc` and `dealloc` for arguments, `free_string` for results.
mod heap;

use heap::concat;
use std::ffi::{CStr, CString};
use std::os::raw::c_char;

unsafe fn text<'a>(pointer: *const c_char) -> &'a str {
    core::str::from_utf8_unchecked(CStr::from_ptr(pointer).to_bytes())
}

fn answer(text: Option<String>) -> *mut c_char {
    match text {
        Some(text) => unsafe { CString::from_vec_with_nul_unchecked(text.into_bytes()) }.into_raw(),
        None => core::ptr::null_mut(),
    }
}

/// # Safety
///
/// `name` is a text in UTF-8 that ends with a NUL.
#[no_mangle]
pub unsafe extern "C" fn greet(name: *const c_char) -> *mut c_char {
    answer(concat(&["Hello, ", text(name), "!\0"]))
}

/// # Safety
///
/// `name` is a text in UTF-8 that ends with a NUL.
#[no_mangle]
pub unsafe extern "C" fn echo(name: *const c_char) -> *mut c_char {
    answer(concat(&[text(name), "\0"]))
}

/// # Safety
///
/// `text` is a result of this guest.
#[no_mangle]
pub unsafe extern "C" fn free_string(text: *mut c_char) {
    drop(CString::from_raw(text));
}
