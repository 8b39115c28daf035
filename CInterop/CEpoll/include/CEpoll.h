// epoll, eventfd and accept4, which Swift's Glibc module leaves out, in the form that the event loop uses.
#ifndef SLUICE_CEPOLL_H
#define SLUICE_CEPOLL_H

#include <errno.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

static inline int sluice_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static inline int sluice_eventfd_create(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

static inline void sluice_eventfd_signal(int descriptor) { (void)eventfd_write(descriptor, 1); }

static inline void sluice_eventfd_clear(int descriptor) {
  eventfd_t value;
  (void)eventfd_read(descriptor, &value);
}

/// Reports both directions, edge-triggered, under `token`, until the descriptor is closed; of a descriptor that is
/// watched already, under this token from now on, beginning with its present state. 0, or -1 with errno.
static inline int sluice_epoll_watch_edges(int epoll, int descriptor, uint64_t token) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.u64 = token}};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0) return 0;
  return errno == EEXIST ? epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) : -1;
}

/// Reports the descriptor for as long as there is something to be read. 0, or -1 with errno.
static inline int sluice_epoll_watch_level(int epoll, int descriptor, uint64_t token) {
  struct epoll_event event = {.events = EPOLLIN, .data = {.u64 = token}};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

enum { SLUICE_EPOLL_BATCH = 256 };

/// Added to the token of a descriptor that has something to be read, be it its end or an error.
static const uint64_t SLUICE_EPOLL_READABLE = UINT64_C(1) << 62;
/// Added to the token of a descriptor whose peer has closed its side, or that has failed.
static const uint64_t SLUICE_EPOLL_ENDED = UINT64_C(1) << 63;

/// Waits for at most `timeout` milliseconds (-1: without limit) and writes up to SLUICE_EPOLL_BATCH tokens.
/// Returns their number; 0 also after an interruption.
static inline int sluice_epoll_wait(int epoll, uint64_t *tokens, int timeout) {
  struct epoll_event events[SLUICE_EPOLL_BATCH];
  int count = epoll_wait(epoll, events, SLUICE_EPOLL_BATCH, timeout);
  for (int index = 0; index < count; index++) {
    tokens[index] = events[index].data.u64;
    if (events[index].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
      tokens[index] |= SLUICE_EPOLL_READABLE | SLUICE_EPOLL_ENDED;
    else if (events[index].events & EPOLLIN)
      tokens[index] |= SLUICE_EPOLL_READABLE;
  }
  return count < 0 ? 0 : count;
}

/// The next connection's socket, non-blocking and close-on-exec, or -1 with errno.
int sluice_accept(int listener);

/// The number of processors in the calling thread's affinity mask (sched_getaffinity(2)), or those that are online where
/// it cannot be read.
int sluice_usable_processors(void);

/// Names the calling thread, as debuggers show it; at most 15 bytes.
void sluice_name_this_thread(const char *name);

#endif
