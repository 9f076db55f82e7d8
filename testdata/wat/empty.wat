;; build empty.wasm
;; The smallest module: eight bytes, no export.
(module)
