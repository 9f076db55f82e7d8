//! An allocator that counts, fails and grows on demand. It traps if a freed block is not alive or
//! had another size.
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

static LIVE_ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
static LIVE_BYTES: AtomicUsize = AtomicUsize::new(0);
static UNTIL_FAILURE: AtomicUsize = AtomicUsize::new(0);
static UNTIL_GROWTH: AtomicUsize = AtomicUsize::new(0);

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Whether a countdown has reached its end with this call.
fn is_due(countdown: &AtomicUsize) -> bool {
    let left = countdown.load(Relaxed);
    countdown.store(left.saturating_sub(1), Relaxed);
    left == 1
}

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if is_due(&UNTIL_GROWTH) {
            core::arch::wasm32::memory_grow(0, 1);
        }
        if is_due(&UNTIL_FAILURE) {
            return core::ptr::null_mut();
        }
        let pointer = System.alloc(layout);
        if !pointer.is_null() {
            pointer.write_bytes(0xcd, layout.size());
            LIVE_ALLOCATIONS.fetch_add(1, Relaxed);
            LIVE_BYTES.fetch_add(layout.size(), Relaxed);
        }
        pointer
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        let alive = LIVE_ALLOCATIONS.load(Relaxed);
        let bytes = LIVE_BYTES.load(Relaxed);
        if alive == 0 || bytes < layout.size() {
            core::arch::wasm32::unreachable();
        }
        LIVE_ALLOCATIONS.store(alive - 1, Relaxed);
        LIVE_BYTES.store(bytes - layout.size(), Relaxed);
        pointer.write_bytes(0xdd, layout.size());
        System.dealloc(pointer, layout);
    }
}

#[no_mangle]
pub extern "C" fn live_allocations() -> usize {
    LIVE_ALLOCATIONS.load(Relaxed)
}

#[no_mangle]
pub extern "C" fn live_bytes() -> usize {
    LIVE_BYTES.load(Relaxed)
}

#[no_mangle]
pub extern "C" fn fail_after(n: usize) {
    UNTIL_FAILURE.store(n, Relaxed);
}

#[no_mangle]
pub extern "C" fn grow_at(n: usize) {
    UNTIL_GROWTH.store(n, Relaxed);
}

/// Allocates memory for the host's argument; null if there is none.
#[no_mangle]
pub extern "C" fn alloc(size: usize) -> *mut u8 {
    let mut bytes = Vec::<u8>::new();
    match bytes.try_reserve_exact(size) {
        Ok(()) => core::mem::ManuallyDrop::new(bytes).as_mut_ptr(),
        Err(_) => core::ptr::null_mut(),
    }
}

/// Frees a block from `alloc` or from a function of this guest.
///
/// # Safety
///
/// `pointer` is such a block, and `size` its size.
#[no_mangle]
pub unsafe extern "C" fn dealloc(pointer: *mut u8, size: usize) {
    drop(Vec::from_raw_parts(pointer, 0, size));
}

/// Joins parts, one after the other, in exactly as many bytes; `None` if memory ran out.
pub fn concat(parts: &[&str]) -> Option<String> {
    let mut text = String::new();
    text.try_reserve_exact(parts.iter().map(|part| part.len()).sum()).ok()?;
    for part in parts {
        text.push_str(part);
    }
    Some(text)
}
