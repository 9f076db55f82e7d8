// build length_getter.wasm:
// build length_getter_alloc.wasm: --cfg alloc
//
//! Reverses a text. The input is in a static buffer or in a block from `alloc`, and the result in a
//! static buffer, with getters for its address and its length.
const SIZE: usize = 256;

static mut RESULT: [u8; SIZE] = [0; SIZE];
static mut RESULT_LEN: usize = 0;

#[no_mangle]
pub extern "C" fn get_result_ptr() -> *const u8 {
    unsafe { RESULT.as_ptr() }
}

#[no_mangle]
pub extern "C" fn get_result_len() -> usize {
    unsafe { RESULT_LEN }
}

fn reverse(text: &[u8]) {
    let text: String = String::from_utf8_lossy(text).chars().rev().collect();
    unsafe {
        RESULT_LEN = text.len().min(SIZE);
        RESULT[..RESULT_LEN].copy_from_slice(&text.as_bytes()[..RESULT_LEN]);
    }
}

#[cfg(not(alloc))]
mod input {
    use super::SIZE;

    static mut BUFFER: [u8; SIZE] = [0; SIZE];

    #[no_mangle]
    pub extern "C" fn get_buffer_ptr() -> *mut u8 {
        unsafe { BUFFER.as_mut_ptr() }
    }

    #[no_mangle]
    pub extern "C" fn process(len: usize) {
        super::reverse(unsafe { &BUFFER[..len] });
    }
}

#[cfg(alloc)]
mod input {
    #[no_mangle]
    pub extern "C" fn alloc(size: usize) -> *mut u8 {
        let mut block = std::mem::ManuallyDrop::new(Vec::<u8>::with_capacity(size));
        block.as_mut_ptr()
    }

    #[no_mangle]
    pub unsafe extern "C" fn dealloc(pointer: *mut u8, size: usize) {
        drop(Vec::from_raw_parts(pointer, 0, size));
    }

    #[no_mangle]
    pub unsafe extern "C" fn process(pointer: *const u8, len: usize) {
        super::reverse(core::slice::from_raw_parts(pointer, len));
    }
}
