#define _GNU_SOURCE
#include "CEpoll.h"

#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>

int sluice_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }

void sluice_name_this_thread(const char *name) { (void)prctl(PR_SET_NAME, name); }
