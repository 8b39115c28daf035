// What every parser's driver shares: the corpus, the clock, and what is counted.
//
//   DRIVER CORPUS
//
// A corpus is messages one after the other, each behind its size in eight octets, the least first. For each line `run N`
// on standard input the first N messages are read, and one line says how long it took and what was found:
//
//   wall-ns cpu-ns octets messages leaves content text subject addresses dates [allocations]
//
// The work is the same for all: the structure; Subject, the names and addresses of From, To and Cc, and Date, decoded; of
// every leaf the content without its transfer encoding, and of a text as UTF-8. The counts show that it was done.
// How often memory was asked for is known where `count_allocations.c` is loaded.
#ifndef SLUICE_PEER_H
#define SLUICE_PEER_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  uint64_t leaves;
  uint64_t content;   // octets of leaves that are no text
  uint64_t text;      // octets of texts in UTF-8
  uint64_t subject;   // octets of subjects in UTF-8
  uint64_t addresses; // of From, To and Cc, members of groups counted
  uint64_t dates;     // that could be read
} peer_count;

static uint64_t peer_now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static char *peer_read(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0) return NULL;
  *size = (size_t)ftell(file);
  rewind(file);
  char *bytes = (char *)malloc(*size + 1);
  if (bytes && fread(bytes, 1, *size, file) != *size) {
    free(bytes);
    bytes = NULL;
  }
  fclose(file);
  return bytes;
}

static int peer_main(int argc, char **argv, void (*parse)(const char *message, size_t size, peer_count *count)) {
  size_t size = 0;
  char *corpus = argc == 2 ? peer_read(argv[1], &size) : NULL;
  if (!corpus) {
    fprintf(stderr, "usage: %s CORPUS\n", argv[0]);
    return 64;
  }
  unsigned long long (*allocation_count)(void) =
      (unsigned long long (*)(void))dlsym(RTLD_DEFAULT, "sluice_allocation_count");
  char line[64];
  unsigned long long wanted;
  while (fgets(line, sizeof line, stdin) && sscanf(line, "run %llu", &wanted) == 1) {
    peer_count count = {0, 0, 0, 0, 0, 0};
    uint64_t octets = 0, messages = 0;
    unsigned long long allocations = allocation_count ? allocation_count() : 0;
    uint64_t wall = peer_now(CLOCK_MONOTONIC), cpu = peer_now(CLOCK_PROCESS_CPUTIME_ID);
    for (size_t at = 0; at + 8 <= size && messages < wanted; messages++) {
      uint64_t length = 0;
      for (int byte = 7; byte >= 0; byte--) length = length << 8 | (unsigned char)corpus[at + (size_t)byte];
      parse(corpus + at + 8, length, &count);
      octets += length;
      at += 8 + length;
    }
    cpu = peer_now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    wall = peer_now(CLOCK_MONOTONIC) - wall;
    printf("%llu %llu %llu %llu %llu %llu %llu %llu %llu %llu", (unsigned long long)wall, (unsigned long long)cpu,
           (unsigned long long)octets, (unsigned long long)messages, (unsigned long long)count.leaves,
           (unsigned long long)count.content, (unsigned long long)count.text, (unsigned long long)count.subject,
           (unsigned long long)count.addresses, (unsigned long long)count.dates);
    if (allocation_count) printf(" %llu", allocation_count() - allocations);
    printf("\n");
    fflush(stdout);
  }
  free(corpus);
  return 0;
}

#endif
