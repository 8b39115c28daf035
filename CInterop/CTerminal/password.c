#define _GNU_SOURCE
#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/// Those that end or stop a process, and that a person at a terminal can cause.
static const int handled[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGTTIN, SIGTTOU};
enum { HANDLED = sizeof handled / sizeof *handled };

/// Where the handler leaves the number of the signal: any thread may run it, and only one reads the terminal.
static int notices[2];

static void leave_notice(int number) {
  int saved = errno;
  unsigned char byte = (unsigned char)number;
  // Without room there are notices enough.
  if (write(notices[1], &byte, 1) < 0) {}
  errno = saved;
}

static void install(struct sigaction *old) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = leave_notice;
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < HANDLED; i++) {
    sigaction(handled[i], NULL, &old[i]);
    // A signal that is ignored, as under nohup, stays so.
    if (old[i].sa_handler != SIG_IGN) sigaction(handled[i], &action, NULL);
  }
}

static void restore(const struct sigaction *old) {
  for (int i = 0; i < HANDLED; i++) sigaction(handled[i], &old[i], NULL);
}

/// The signal that has come; 0 if none has.
static int take_notice(void) {
  unsigned char number = 0;
  return read(notices[0], &number, 1) == 1 ? number : 0;
}

/// Lets the signal do to the process what it would have done, before this returns.
static void pass_on(int number) {
  sigset_t set, old;
  sigemptyset(&set);
  sigaddset(&set, number);
  // Threads of a pool block signals.
  pthread_sigmask(SIG_UNBLOCK, &set, &old);
  raise(number);
  pthread_sigmask(SIG_SETMASK, &old, NULL);
}

/// Reads up to the line's end, or the first signal.
static long read_line(int terminal, unsigned char *buffer, size_t size) {
  size_t count = 0;
  for (;;) {
    struct pollfd sources[2] = {{.fd = terminal, .events = POLLIN}, {.fd = notices[0], .events = POLLIN}};
    if (poll(sources, 2, -1) < 0 && errno != EINTR) return (long)count;
    if (sources[1].revents & POLLIN) return SLUICE_INTERRUPTED;
    if (!sources[0].revents) continue;
    unsigned char byte;
    ssize_t got = read(terminal, &byte, 1);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0 || byte == '\n') return (long)count;
    if (count < size) buffer[count] = byte;
    count++;
  }
}

long sluice_read_password(const char *prompt, unsigned char *buffer, size_t size) {
  int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (terminal < 0) return SLUICE_NO_TERMINAL;
  long count = SLUICE_NO_TERMINAL;
  int is_stop = 0;
  do {
    if (pipe2(notices, O_CLOEXEC | O_NONBLOCK) != 0) break;
    struct sigaction old[HANDLED];
    install(old);
    struct termios shown;
    if (tcgetattr(terminal, &shown) == 0) {
      struct termios hidden = shown;
      hidden.c_lflag &= ~(tcflag_t)ECHO;
      // From the background this fails, with SIGTTOU as the notice.
      if (tcsetattr(terminal, TCSAFLUSH, &hidden) == 0) {
        if (write(terminal, prompt, strlen(prompt)) < 0) {}
        count = read_line(terminal, buffer, size);
        while (tcsetattr(terminal, TCSADRAIN, &shown) < 0 && errno == EINTR) {}
        if (write(terminal, "\n", 1) < 0) {}
      } else {
        count = SLUICE_INTERRUPTED;
      }
    }
    restore(old);
    int number = take_notice();
    close(notices[0]);
    close(notices[1]);
    is_stop = number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
    // After a stop, the question is put again.
    if (number != 0) pass_on(number);
  } while (is_stop);
  close(terminal);
  return count;
}
