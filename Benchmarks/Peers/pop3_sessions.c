// The limit for many POP3 sessions in one thread: each logs in, sends RETR for its mails without waiting, and counts.
//
//   pop3_sessions PORT USER PASSWORD SESSIONS AT-ONCE
//
// Drains the maildrop at 127.0.0.1 by so many sessions, so many of them at once. Prints what Drivers/SessionDriver
// prints: nanoseconds of wall and of CPU, messages, octets of what was received for them, the most memory held, in KiB,
// and nanoseconds from when all sessions at once were listed to when they had their mail; 0 where fewer are at once.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { WINDOW = 256, BLOCK = 256 * 1024, EVENTS = 256 };

/// What the next reply is to.
enum state { GREETING, USER, PASS, STAT, LISTED, RETRIEVING, QUIT };

struct session {
  int connection;
  enum state state;
  unsigned long total, requested, received;
  size_t kept; // of `tail`: what may be the beginning of an end, or of a line
  char tail[512];
};

static int loop;
static struct sockaddr_in server = {.sin_family = AF_INET};
static const char *user, *password;
static unsigned long sessions, at_once, begun, ended, listed, drained;
static unsigned long long messages, octets;
static uint64_t retrieving_from, retrieving;
static char block[BLOCK];
static struct session *all;

static void fail(const char *reason) {
  fprintf(stderr, "pop3_sessions: %s\n", reason);
  exit(69);
}

static uint64_t now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void begin(void) {
  struct session *one = &all[begun++];
  int on = 1;
  one->connection = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (one->connection < 0) fail("no socket");
  setsockopt(one->connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(one->connection, (struct sockaddr *)&server, sizeof server) != 0 && errno != EINPROGRESS)
    fail("cannot connect");
  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = one};
  if (epoll_ctl(loop, EPOLL_CTL_ADD, one->connection, &event) != 0) fail("cannot watch");
}

/// Commands are small, and the socket takes them whole.
static void transmit(struct session *one, const char *bytes, size_t count) {
  if (send(one->connection, bytes, count, MSG_NOSIGNAL) != (long)count) fail("cannot send");
}

static void ask(struct session *one, enum state state, const char *format, const char *argument) {
  char line[256];
  int length = snprintf(line, sizeof line, format, argument);
  one->state = state;
  transmit(one, line, (size_t)length);
}

static void request(struct session *one) {
  char commands[WINDOW * 16];
  size_t count = 0;
  unsigned long last = one->received + WINDOW < one->total ? one->received + WINDOW : one->total;
  while (one->requested < last) count += (size_t)sprintf(commands + count, "RETR %lu\r\n", ++one->requested);
  one->state = RETRIEVING;
  if (count > 0) transmit(one, commands, count);
}

static void all_listed(void) {
  retrieving_from = now(CLOCK_MONOTONIC);
  for (unsigned long index = 0; index < sessions; index++) request(&all[index]);
}

static void all_drained(void) {
  retrieving = now(CLOCK_MONOTONIC) - retrieving_from;
  for (unsigned long index = 0; index < sessions; index++) ask(&all[index], QUIT, "QUIT\r\n", "");
}

/// Takes a reply of one line.
static void take_line(struct session *one, const char *line) {
  if (strncmp(line, "+OK", 3) != 0) fail(line);
  switch (one->state) {
  case GREETING: return ask(one, USER, "USER %s\r\n", user);
  case USER: return ask(one, PASS, "PASS %s\r\n", password);
  case PASS: return ask(one, STAT, "STAT\r\n", "");
  case STAT:
    one->total = strtoul(line + 4, NULL, 10);
    one->state = LISTED;
    if (at_once < sessions) return request(one);
    if (++listed == sessions) all_listed();
    return;
  case QUIT:
    close(one->connection);
    ended++;
    if (begun < sessions) begin();
    return;
  case LISTED:
  case RETRIEVING: fail("a reply that nobody asked for");
  }
}

/// Counts the ends of messages in what was received; gives how much of it may be the beginning of another.
static size_t take_messages(struct session *one, size_t count) {
  static const char end[] = "\r\n.\r\n";
  size_t at = 0;
  char *found;
  while ((found = (char *)memmem(block + at, count - at, end, 5)) != NULL) {
    one->received++;
    at = (size_t)(found - block) + 5;
  }
  if (one->received < one->total) {
    if (one->requested < one->total && one->requested - one->received <= WINDOW / 2) request(one);
    return count - at < 4 ? count - at : 4;
  }
  messages += one->total;
  if (at_once < sessions)
    ask(one, QUIT, "QUIT\r\n", "");
  else if (++drained == sessions)
    all_drained();
  return 0;
}

static void take(struct session *one) {
  for (;;) {
    memcpy(block, one->tail, one->kept);
    size_t room = BLOCK - 1 - one->kept;
    long got = recv(one->connection, block + one->kept, room, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) fail(got < 0 ? strerror(errno) : "the connection has ended");
    size_t count = one->kept + (size_t)got;
    if (one->state == RETRIEVING) {
      octets += (size_t)got;
      one->kept = take_messages(one, count);
      memcpy(one->tail, block + count - one->kept, one->kept);
    } else if (block[count - 1] == '\n') {
      block[count] = 0;
      one->kept = 0;
      enum state state = one->state;
      take_line(one, block);
      if (state == QUIT) return;
    } else {
      if (count > sizeof one->tail) fail("a reply is too long");
      memcpy(one->tail, block, one->kept = count);
    }
    if ((size_t)got < room) return; // nothing is left, and what comes is told
  }
}

int main(int argc, char **argv) {
  if (argc != 6 || (sessions = strtoul(argv[4], NULL, 10)) == 0 || (at_once = strtoul(argv[5], NULL, 10)) == 0 ||
      at_once > sessions) {
    fprintf(stderr, "usage: %s PORT USER PASSWORD SESSIONS AT-ONCE\n", argv[0]);
    return 64;
  }
  server.sin_port = htons((uint16_t)atoi(argv[1]));
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  user = argv[2];
  password = argv[3];
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  all = calloc(sessions, sizeof *all);
  loop = epoll_create1(0);
  if (!all || loop < 0) fail("no memory");

  uint64_t wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
  while (begun < at_once) begin();
  while (ended < sessions) {
    struct epoll_event events[EVENTS];
    int count = epoll_wait(loop, events, EVENTS, -1);
    for (int index = 0; index < count; index++) take(events[index].data.ptr);
  }
  wall = now(CLOCK_MONOTONIC) - wall;
  cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("%llu %llu %llu %llu %ld %llu\n", (unsigned long long)wall, (unsigned long long)cpu, messages, octets,
         usage.ru_maxrss, (unsigned long long)retrieving);
  return 0;
}
