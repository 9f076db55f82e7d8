;; build high_pointer.wasm
;; Makes the first byte of the text in its buffer of 100 bytes an "A". The buffer is above 2 GiB, at
;; 0x80000010, so that JavaScript gets its pointer as a negative number. Nothing below it is
;; touched.
(module
  (memory (export "memory") 32769)
  (func (export "get_buffer_pointer") (result i32) (i32.const 0x80000010))
  (func (export "get_buffer_capacity") (result i32) (i32.const 100))
  (func (export "transform") (param $length i32) (result i32)
    (if (i32.eqz (local.get $length)) (then (return (i32.const 0))))
    (i32.store8 (i32.const 0x80000010) (i32.const 0x41))
    (local.get $length)))
