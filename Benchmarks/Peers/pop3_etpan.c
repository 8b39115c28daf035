// libetpan's POP3 client, which retrieves one mail after the other.
//
//   pop3_etpan HOST PORT USER PASSWORD [CA-FILE]
//
// Prints messages and octets. libetpan checks no certificate by itself; CA-FILE says only that the connection is TLS.
#include <libetpan/libetpan.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  if (argc < 5 || argc > 6) {
    fprintf(stderr, "usage: %s HOST PORT USER PASSWORD [CA-FILE]\n", argv[0]);
    return 64;
  }
  mailpop3 *client = mailpop3_new(0, NULL);
  uint16_t port = (uint16_t)atoi(argv[2]);
  int status = argc == 6 ? mailpop3_ssl_connect(client, argv[1], port) : mailpop3_socket_connect(client, argv[1], port);
  if (status == MAILPOP3_NO_ERROR) status = mailpop3_user(client, argv[3]);
  if (status == MAILPOP3_NO_ERROR) status = mailpop3_pass(client, argv[4]);
  carray *mails = NULL;
  if (status == MAILPOP3_NO_ERROR) status = mailpop3_list(client, &mails);
  unsigned long long octets = 0, messages = 0;
  for (unsigned index = 0; status == MAILPOP3_NO_ERROR && index < carray_count(mails); index++) {
    struct mailpop3_msg_info *info = (struct mailpop3_msg_info *)carray_get(mails, index);
    char *bytes = NULL;
    size_t size = 0;
    status = mailpop3_retr(client, info->msg_index, &bytes, &size);
    if (status != MAILPOP3_NO_ERROR) break;
    octets += size;
    messages++;
    mailpop3_retr_free(bytes);
  }
  if (status != MAILPOP3_NO_ERROR) {
    fprintf(stderr, "pop3_etpan: error %d\n", status);
    return 69;
  }
  mailpop3_quit(client);
  mailpop3_free(client);
  printf("%llu %llu\n", messages, octets);
  return 0;
}
