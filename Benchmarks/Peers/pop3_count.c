// The limit for a POP3 client: sends RETR for all mails without waiting, and does nothing with what comes but count.
//
//   pop3_count HOST PORT USER PASSWORD [CA-FILE]
//
// With CA-FILE the connection is TLS, and the server's name is checked. Prints messages and octets of what was received.
#define _GNU_SOURCE
#include <netdb.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WINDOW = 256, BLOCK = 256 * 1024 };

static int connection = -1;
static SSL *tls;

static void fail(const char *reason) {
  fprintf(stderr, "pop3_count: %s\n", reason);
  exit(69);
}

static void dial(const char *host, const char *port) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
  if (getaddrinfo(host, port, &hints, &found) != 0) fail("no such host");
  for (struct addrinfo *at = found; at && connection < 0; at = at->ai_next) {
    connection = socket(at->ai_family, at->ai_socktype, at->ai_protocol);
    if (connection >= 0 && connect(connection, at->ai_addr, at->ai_addrlen) != 0) {
      close(connection);
      connection = -1;
    }
  }
  freeaddrinfo(found);
  if (connection < 0) fail("cannot connect");
}

static void secure(const char *host, const char *ca_file) {
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  if (SSL_CTX_load_verify_locations(context, ca_file, NULL) != 1) fail("cannot read the CA file");
  tls = SSL_new(context);
  SSL_set_tlsext_host_name(tls, host);
  if (SSL_set1_host(tls, host) != 1 || SSL_set_fd(tls, connection) != 1 || SSL_connect(tls) != 1) fail("no TLS");
}

static size_t receive(char *bytes, size_t room) {
  long count = tls ? SSL_read(tls, bytes, (int)room) : recv(connection, bytes, room, 0);
  if (count <= 0) fail("the connection has ended");
  return (size_t)count;
}

static void transmit(const char *bytes, size_t count) {
  while (count > 0) {
    long sent = tls ? SSL_write(tls, bytes, (int)count) : send(connection, bytes, count, MSG_NOSIGNAL);
    if (sent <= 0) fail("cannot send");
    bytes += sent;
    count -= (size_t)sent;
  }
}

/// Sends a command, and gives its reply of one line.
static const char *ask(const char *format, const char *argument) {
  static char line[512];
  int length = snprintf(line, sizeof line, format, argument);
  if (length > 0) transmit(line, (size_t)length);
  size_t count = 0;
  while (count == 0 || line[count - 1] != '\n') {
    if (count + 1 >= sizeof line) fail("a reply is too long");
    count += receive(line + count, sizeof line - 1 - count);
  }
  line[count] = 0;
  if (strncmp(line, "+OK", 3) != 0) fail(line);
  return line;
}

static void request(unsigned long first, unsigned long last) {
  static char commands[WINDOW * 32];
  size_t count = 0;
  for (unsigned long number = first; number <= last; number++)
    count += (size_t)sprintf(commands + count, "RETR %lu\r\n", number);
  if (count > 0) transmit(commands, count);
}

int main(int argc, char **argv) {
  if (argc < 5 || argc > 6) {
    fprintf(stderr, "usage: %s HOST PORT USER PASSWORD [CA-FILE]\n", argv[0]);
    return 64;
  }
  dial(argv[1], argv[2]);
  if (argc == 6) secure(argv[1], argv[5]);
  ask("", "");
  ask("USER %s\r\n", argv[3]);
  ask("PASS %s\r\n", argv[4]);
  unsigned long total = strtoul(ask("STAT\r\n", "") + 4, NULL, 10);
  unsigned long requested = total < WINDOW ? total : WINDOW, received = 0;
  request(1, requested);

  static const char end[] = "\r\n.\r\n";
  char *buffer = (char *)malloc(BLOCK);
  size_t kept = 0; // what may be the beginning of an end
  unsigned long long octets = 0;
  while (received < total) {
    size_t count = kept + receive(buffer + kept, BLOCK - kept), at = 0;
    octets += count - kept;
    char *found;
    while ((found = (char *)memmem(buffer + at, count - at, end, 5)) != NULL) {
      received++;
      at = (size_t)(found - buffer) + 5;
    }
    kept = count - at < 4 ? count - at : 4;
    memmove(buffer, buffer + count - kept, kept);
    if (requested < total && requested - received <= WINDOW / 2) {
      unsigned long last = received + WINDOW < total ? received + WINDOW : total;
      request(requested + 1, last);
      requested = last;
    }
  }
  ask("QUIT\r\n", "");
  printf("%lu %llu\n", received, octets);
  return 0;
}
