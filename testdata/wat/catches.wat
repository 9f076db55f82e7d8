;; build catches.wasm
;; Catches host errors: `swallow` returns 7 if `env.work()` threw and 1 if it did not, `rethrow`
;; counts and rethrows, `swallow_and_trap` traps, `throw` throws the guest's own tag.
(module
  (import "env" "work" (func $work))
  (tag $own (export "own") (param i32))
  (memory (export "memory") 1)
  (global $caught (mut i32) (i32.const 0))

  (func (export "swallow") (result i32)
    (try (result i32)
      (do (call $work) (i32.const 1))
      (catch_all (i32.const 7))))

  (func (export "swallow_and_trap")
    (try (do (call $work)) (catch_all (unreachable))))

  (func (export "rethrow")
    (try $outer
      (do (call $work))
      (catch_all
        (global.set $caught (i32.add (global.get $caught) (i32.const 1)))
        (rethrow $outer))))

  (func (export "throw") (throw $own (i32.const 5)))
  (func (export "trap") unreachable)
  (func (export "caught") (result i32) (global.get $caught)))
