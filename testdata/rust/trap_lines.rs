// build trap_lines.wasm: -Cstrip=none -Cdebuginfo=1 -Copt-level=1
// build trap_lines_v0.wasm: -Cstrip=none -Cdebuginfo=1 -Copt-level=1 -Csymbol-mangling-version=v0
//
//! Traps in a method of a generic type, below a closure and an export. The binary has DWARF's line
//! table, and mangled names: the older ones or those of version 0. A comment marks each line that is
//! in the trace.
#![no_std]

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

mod shapes {
    pub struct Side<T>(pub T);

    pub trait Area {
        fn area(&self, parts: i32) -> i32;
    }

    impl Area for Side<i32> {
        #[inline(never)]
        fn area(&self, parts: i32) -> i32 {
            if parts == 0 {
                super::give_up() // give up
            }
            self.0 / parts
        }
    }
}

#[inline(never)]
fn give_up() -> ! {
    core::arch::wasm32::unreachable()
}

#[inline(never)]
fn apply<F: Fn(i32) -> i32>(call: F, value: i32) -> i32 {
    call(value) + 1 // apply
}

#[no_mangle]
pub extern "C" fn run(side: i32, parts: i32) -> i32 {
    use shapes::Area;
    apply(|value| shapes::Side(side).area(value), parts) * 2 // run
}
