#define _GNU_SOURCE
#include "CEpoll.h"

#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

int sluice_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }

int sluice_usable_processors(void) {
  // Larger than any machine's: a mask that is too small is refused (EINVAL).
  enum { WORDS = 1024 };
  unsigned long mask[WORDS];
  int bytes = sched_getaffinity(0, sizeof mask, (cpu_set_t *)mask) == 0 ? (int)sizeof mask : 0;
  int count = CPU_COUNT_S((size_t)bytes, (cpu_set_t *)mask);
  return count > 0 ? count : (int)sysconf(_SC_NPROCESSORS_ONLN);
}

void sluice_name_this_thread(const char *name) { (void)prctl(PR_SET_NAME, name); }
