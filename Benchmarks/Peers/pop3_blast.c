// A POP3 server that is faster than any client: every mail is the same block of lines, sent over and over from memory.
//
//   pop3_blast MAILS OCTETS [CERTIFICATE KEY]
//
// Prints its port, and serves until its standard input closes, each connection in a process of its own. Any user and
// password will do. One line in a hundred begins with a dot.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINE = 78, LINES = 3300, DOTS = LINES / 100, BLOCK = LINE * LINES + DOTS };

static char block[BLOCK];
static unsigned long mails, blocks;
static int connection;
static SSL *tls;

static void fill(void) {
  char *at = block;
  for (int line = 0; line < LINES; line++) {
    if (line % 100 == 0) *at++ = '.';
    for (int column = 0; column < LINE - 2; column++)
      *at++ = column == 0 && line % 100 == 0 ? '.' : (char)('a' + (line + column) % 23);
    *at++ = '\r';
    *at++ = '\n';
  }
}

static void transmit(const char *bytes, size_t count) {
  while (count > 0) {
    long sent = tls ? SSL_write(tls, bytes, (int)count) : send(connection, bytes, count, MSG_NOSIGNAL);
    if (sent <= 0) _exit(0);
    bytes += sent;
    count -= (size_t)sent;
  }
}

static void say(const char *text) { transmit(text, strlen(text)); }

static void list(const char *form) {
  char line[64];
  for (unsigned long number = 1; number <= mails; number++) {
    snprintf(line, sizeof line, form, number, blocks * (BLOCK - DOTS));
    say(line);
  }
  say(".\r\n");
}

static void answer(const char *command) {
  char line[64];
  if (strncasecmp(command, "RETR", 4) == 0) {
    say("+OK\r\n");
    for (unsigned long sent = 0; sent < blocks; sent++) transmit(block, BLOCK);
    say(".\r\n");
  } else if (strncasecmp(command, "CAPA", 4) == 0) {
    say("+OK\r\nUSER\r\nUIDL\r\nPIPELINING\r\n.\r\n");
  } else if (strncasecmp(command, "STAT", 4) == 0) {
    snprintf(line, sizeof line, "+OK %lu %lu\r\n", mails, mails * blocks * (BLOCK - DOTS));
    say(line);
  } else if (strncasecmp(command, "LIST", 4) == 0) {
    say("+OK\r\n");
    list("%lu %lu\r\n");
  } else if (strncasecmp(command, "UIDL", 4) == 0) {
    say("+OK\r\n");
    list("%lu blast%lu\r\n");
  } else {
    say("+OK\r\n");
    if (strncasecmp(command, "QUIT", 4) == 0) _exit(0);
  }
}

static void serve(SSL_CTX *context) {
  int one = 1;
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (context) {
    tls = SSL_new(context);
    if (SSL_set_fd(tls, connection) != 1 || SSL_accept(tls) != 1) _exit(1);
  }
  say("+OK\r\n");
  char commands[65536];
  size_t filled = 0;
  for (;;) {
    long count = tls ? SSL_read(tls, commands + filled, (int)(sizeof commands - filled))
                     : recv(connection, commands + filled, sizeof commands - filled, 0);
    if (count <= 0) _exit(0);
    filled += (size_t)count;
    char *start = commands, *end;
    while ((end = memchr(start, '\n', filled - (size_t)(start - commands))) != NULL) {
      answer(start);
      start = end + 1;
    }
    filled -= (size_t)(start - commands);
    memmove(commands, start, filled);
    if (filled == sizeof commands) _exit(1);
  }
}

int main(int argc, char **argv) {
  if (argc != 3 && argc != 5) {
    fprintf(stderr, "usage: %s MAILS OCTETS [CERTIFICATE KEY]\n", argv[0]);
    return 64;
  }
  mails = strtoul(argv[1], NULL, 10);
  blocks = (strtoul(argv[2], NULL, 10) + BLOCK - 1) / BLOCK;
  fill();
  SSL_CTX *context = NULL;
  if (argc == 5) {
    context = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(context, argv[3]) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, argv[4], SSL_FILETYPE_PEM) != 1) {
      fprintf(stderr, "pop3_blast: cannot read the certificate or its key\n");
      return 66;
    }
  }
  signal(SIGCHLD, SIG_IGN);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 1024) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
    perror("pop3_blast");
    return 71;
  }
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  struct pollfd watched[] = {{listener, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  while (poll(watched, 2, -1) > 0 && !watched[1].revents) {
    connection = accept(listener, NULL, NULL);
    if (connection < 0) continue;
    if (fork() == 0) {
      close(listener);
      serve(context);
    }
    close(connection);
  }
  return 0;
}
