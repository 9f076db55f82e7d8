;; build shared_resource.wasm
;; An interface that uses a resource of another one. The component of each gives the resource its name.
(component
  (core module $main
    (import "box" "new" (func $new (param i32) (result i32)))
    (func (export "make") (result i32) (call $new (i32.const 7)))
    (func (export "value") (param i32) (result i32) (local.get 0))
    (func (export "next") (param i32) (result i32) (i32.add (i32.const 1) (local.get 0)))
  )
  (type $box (resource (rep i32)))
  (core func $new (canon resource.new $box))
  (core instance $main (instantiate $main
    (with "box" (instance (export "new" (func $new))))))
  (func $make (result (own $box)) (canon lift (core func $main "make")))
  (func $value (param "self" (borrow $box)) (result u32) (canon lift (core func $main "value")))
  (func $next (param "it" (borrow $box)) (result u32) (canon lift (core func $main "next")))

  (component $makes
    (import "box" (type $box (sub resource)))
    (import "make" (func $make (result (own $box))))
    (import "value" (func $value (param "self" (borrow $box)) (result u32)))
    (export $shown "box" (type $box))
    (export "[constructor]box" (func $make) (func (result (own $shown))))
    (export "[method]box.value" (func $value) (func (param "self" (borrow $shown)) (result u32)))
  )
  (instance $makes (instantiate $makes
    (with "box" (type $box)) (with "make" (func $make)) (with "value" (func $value))))
  (export $made "test:shared/makes@0.1.0" (instance $makes))
  (alias export $made "box" (type $made-box))

  (component $reads
    (import "box" (type $box (sub resource)))
    (import "next" (func $next (param "it" (borrow $box)) (result u32)))
    (export $shown "box" (type $box))
    (export "next" (func $next) (func (param "it" (borrow $shown)) (result u32)))
  )
  (instance $reads (instantiate $reads (with "box" (type $made-box)) (with "next" (func $next))))
  (export "test:shared/reads@0.1.0" (instance $reads))
)
