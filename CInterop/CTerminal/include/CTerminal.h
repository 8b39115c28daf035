// Reading a password from the terminal.
#ifndef SLUICE_CTERMINAL_H
#define SLUICE_CTERMINAL_H

#include <stddef.h>

enum {
  /// The process has no controlling terminal.
  SLUICE_NO_TERMINAL = -1,
  /// A signal came that the process outlived.
  SLUICE_INTERRUPTED = -2,
};

/// Shows `prompt` on the controlling terminal and reads a line from it without an echo, whatever standard input is. The
/// terminal gets its echo back before this returns, and before a signal stops or ends the process.
///
/// Gives the number of bytes before the line's end, of which `buffer` gets `size` at most, or one of the above. To be
/// called by one thread at a time.
long sluice_read_password(const char *prompt, unsigned char *buffer, size_t size);

#endif
