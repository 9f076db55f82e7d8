// build structs.wasm: -Clink-args=--export=__stack_pointer -Ctarget-feature=+mutable-globals
//
//! `#[repr(C)]` structs in both directions: by pointer, as results, in slices, through
//! out-parameters, and to functions of the host and from them. `offset_of` says what the compiler
//! itself computes.
mod heap;

use std::mem::{align_of, size_of, ManuallyDrop};
use std::ptr::addr_of;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Sample {
    kind: u8,
    value: f64,
    index: u16,
    flag: bool,
    total: i64,
}

/// A text by pointer and byte length.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Text {
    pointer: *const u8,
    length: usize,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Person {
    name: Text,
    age: i32,
}

#[repr(C, packed)]
#[derive(Clone, Copy)]
pub struct Packed {
    kind: u8,
    value: u32,
}

impl Text {
    unsafe fn as_str(&self) -> &str {
        if self.length == 0 {
            return "";
        }
        std::str::from_utf8_unchecked(std::slice::from_raw_parts(self.pointer, self.length))
    }
}

/// The offset of field `index` of `Sample`; its size and its alignment after the last.
#[no_mangle]
pub extern "C" fn offset_of(index: usize) -> usize {
    let sample = Sample { kind: 0, value: 0.0, index: 0, flag: false, total: 0 };
    let base = addr_of!(sample) as usize;
    [
        addr_of!(sample.kind) as usize - base,
        addr_of!(sample.value) as usize - base,
        addr_of!(sample.index) as usize - base,
        addr_of!(sample.flag) as usize - base,
        addr_of!(sample.total) as usize - base,
        size_of::<Sample>(),
        align_of::<Sample>(),
    ][index]
}

/// Adds all fields, each with another weight.
#[no_mangle]
pub extern "C" fn weigh(sample: &Sample) -> f64 {
    sample.kind as f64
        + 2.0 * sample.value
        + 3.0 * sample.index as f64
        + 4.0 * sample.flag as u8 as f64
        + 5.0 * sample.total as f64
}

#[no_mangle]
pub extern "C" fn weigh_packed(packed: &Packed) -> u32 {
    packed.kind as u32 + packed.value
}

/// Returns a struct by value.
#[no_mangle]
pub extern "C" fn next(sample: &Sample) -> Sample {
    Sample { index: sample.index + 1, total: -sample.total, flag: !sample.flag, ..*sample }
}

/// Changes the caller's struct.
#[no_mangle]
pub extern "C" fn grow(sample: &mut Sample, by: f64) {
    sample.value += by;
}

/// Returns the oldest of a slice, by value; its text is the caller's.
///
/// # Safety
///
/// `people` are `count` people.
#[no_mangle]
pub unsafe extern "C" fn oldest(people: *const Person, count: usize) -> Person {
    let people = std::slice::from_raw_parts(people, count);
    *people.iter().max_by_key(|person| person.age).unwrap()
}

/// Returns a person in a block, with a text in another; the host frees both.
#[no_mangle]
pub extern "C" fn rename(person: &Person) -> *mut Person {
    let name = heap::concat(&[unsafe { person.name.as_str() }, "!"]).unwrap();
    let name = ManuallyDrop::new(name);
    let name = Text { pointer: name.as_ptr(), length: name.len() };
    Box::into_raw(Box::new(Person { name, age: person.age + 1 }))
}

/// Returns the number of vowels, and writes the first and their share.
#[no_mangle]
pub extern "C" fn vowels(person: &Person, first: &mut u32, share: &mut f64) -> i32 {
    let name = unsafe { person.name.as_str() };
    let found: Vec<usize> = name.match_indices(|letter| "aeiou".contains(letter)).map(|(at, _)| at)
        .collect();
    *first = found.first().map_or(u32::MAX, |&at| at as u32);
    *share = if name.is_empty() { 0.0 } else { found.len() as f64 / name.len() as f64 };
    found.len() as i32
}

#[link(wasm_import_module = "env")]
extern "C" {
    /// The host adds to a struct, and returns another.
    fn adjust(sample: &Sample) -> Sample;
    /// The host returns a person in a block of this guest.
    fn find(age: i32) -> *mut Person;
}

#[no_mangle]
pub extern "C" fn call_adjust(index: u16) -> f64 {
    let sample = Sample { kind: 1, value: 2.5, index, flag: true, total: 4 };
    weigh(&unsafe { adjust(&sample) })
}

#[no_mangle]
pub extern "C" fn call_find(age: i32) -> i32 {
    unsafe {
        let person = find(age);
        if person.is_null() {
            return -1;
        }
        let Person { name, age } = *person;
        let found = age * 1000 + name.as_str().chars().count() as i32;
        heap::dealloc(name.pointer as *mut u8, name.length);
        heap::dealloc(person as *mut u8, size_of::<Person>());
        found
    }
}
