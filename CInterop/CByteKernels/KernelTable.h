// The table of an instruction set's kernels, which have the same names in every file.
#ifndef SLUICE_KERNEL_TABLE_H
#define SLUICE_KERNEL_TABLE_H

/// The initial value of a `sluice_kernels` called `set`: the kernels that the including file defines.
#define SLUICE_KERNEL_TABLE(set) \
  { \
    .name = set, .index_of_byte = index_of_byte, .index_of_lf_dot = index_of_lf_dot, \
    .index_of_lf_dash_dash = index_of_lf_dash_dash, .index_of_non_ascii = index_of_non_ascii, \
    .header_line = header_line, .is_utf8 = is_utf8, .crlf_to_lf = crlf_to_lf, .unstuff = unstuff, \
    .base64_decode = base64_decode, .quoted_printable_decode = quoted_printable_decode, \
  }

#endif
