;; build async.wasm
;; Asynchronous functions, streams, futures and maps, which are released after the first release.
(component
  (import "waits" (instance
    (type $bytes (stream u8))
    (type $done (future))
    (type $text (future string))
    (type $ages (map string u32))
    (export "copy" (func async (param "from" $bytes) (result $done)))
    (export "ask" (func (param "ages" $ages) (result $text)))
  ))
  (core module $memory
    (memory (export "memory") 1)
  )
  (core instance $memory (instantiate $memory))
  (alias core export $memory "memory" (core memory $m))
  (type $bytes (stream u8))
  (core func (canon stream.new $bytes))
  (core func (canon stream.read $bytes (memory $m) async))
  (core func (canon task.return (result u32)))
  (core func (canon waitable-set.new))
  (core func (canon waitable-set.wait (memory $m)))
  (core func (canon subtask.drop))
  (core func (canon context.get i32 0))
)
