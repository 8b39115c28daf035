// Has the thread sanitizer see the waits of Swift's `Mutex`.
//
// The compiler inlines the uncontended lock and unlock of a Mutex (Synchronization, Linux) into the caller, where the
// sanitizer sees their atomics. The contended ones, `_lockSlow` and `_unlockSlow`, are functions of the standard
// library, which is not built with the sanitizer: what they synchronise would be reported as races. These definitions
// take the place of the library's, call it, and annotate what it has done.
#define _GNU_SOURCE
#include "CMutexAnnotations.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdint.h>

// The sanitizer's own interface for memory that synchronises.
void __tsan_acquire(void *address);
void __tsan_release(void *address);

#define SWIFT_SELF __attribute__((swift_context)) void *self

typedef __attribute__((swiftcall)) void (*LockSlow)(uint32_t thread, SWIFT_SELF);
typedef __attribute__((swiftcall)) void (*UnlockSlow)(SWIFT_SELF);

__attribute__((swiftcall)) void sluice_lock_slow(uint32_t thread, SWIFT_SELF) __asm__(
    "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
__attribute__((swiftcall)) void sluice_unlock_slow(SWIFT_SELF) __asm__(
    "$s15Synchronization12_MutexHandleV11_unlockSlowyyF");

__attribute__((swiftcall)) void sluice_lock_slow(uint32_t thread, SWIFT_SELF) {
  static _Atomic(LockSlow) found;
  LockSlow lock = atomic_load_explicit(&found, memory_order_relaxed);
  if (!lock) {
    lock = (LockSlow)dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
    atomic_store_explicit(&found, lock, memory_order_relaxed);
  }
  lock(thread, self);
  __tsan_acquire(self);
}

__attribute__((swiftcall)) void sluice_unlock_slow(SWIFT_SELF) {
  static _Atomic(UnlockSlow) found;
  UnlockSlow unlock = atomic_load_explicit(&found, memory_order_relaxed);
  if (!unlock) {
    unlock = (UnlockSlow)dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
    atomic_store_explicit(&found, unlock, memory_order_relaxed);
  }
  __tsan_release(self);
  unlock(self);
}
