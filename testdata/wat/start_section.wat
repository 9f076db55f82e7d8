;; build start_section.wasm
;; Its start function puts "started" into its buffer of 100 bytes.
(module
  (memory (export "memory") 1)
  (data $text "started")
  (func $start (memory.init $text (i32.const 1024) (i32.const 0) (i32.const 7)))
  (start $start)
  (func (export "get_buffer_pointer") (result i32) (i32.const 1024))
  (func (export "get_buffer_capacity") (result i32) (i32.const 100))
  (func (export "echo") (param $length i32) (result i32) (local.get $length)))
