// The limit: each message copied once, to where nothing of it is cached less than the message itself.
#include "peer.h"

static char *target;
static size_t room;

static void copy(const char *message, size_t size, peer_count *count) {
  if (size > room) {
    free(target);
    target = (char *)malloc(size);
    room = size;
  }
  memcpy(target, message, size);
  // The compiler must not leave the copy out.
  __asm__ volatile("" : : "r"(target) : "memory");
  count->leaves++;
}

int main(int argc, char **argv) { return peer_main(argc, argv, copy); }
