// The C++ library mimetic behind C: one call parses a message into a tree, and the tree is then read as flat tables.
//
// No C++ type and no exception crosses this border. A tree owns all of its memory and copies what it needs of the
// input, which may go as soon as the parse returns. A tree does not change after the parse: any number of threads may
// read it.
#ifndef SLUICE_CMIMETIC_H
#define SLUICE_CMIMETIC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A parsed message. Ends with `sluice_mimetic_free`.
typedef struct sluice_mimetic_tree sluice_mimetic_tree;

/// Bytes that belong to a tree and live as long as it does. `start` is not null, and no NUL ends them.
typedef struct {
  const void *start;
  size_t count;
} sluice_mimetic_bytes;

/// Where mimetic is shown the end of the message early. mimetic itself knows no bounds: it recurses for each nested
/// part, takes time that grows faster than a list of addresses does, and a kilobyte of memory for each part.
typedef struct {
  size_t header_bytes;       ///< in one header, with those of messages directly nested in it
  size_t total_header_bytes; ///< in all headers
  size_t delimiters;         ///< boundary delimiters, of which a multipart has one more than parts
  size_t stack_bytes;        ///< used by mimetic's recursion
} sluice_mimetic_limits;

/// How a parse ended. Bits; more than one may be set.
enum {
  SLUICE_MIMETIC_CUT_HEADER = 1,     ///< a header was longer than allowed: the rest of it was taken for body
  SLUICE_MIMETIC_CUT_DELIMITERS = 2, ///< there were more delimiters than allowed: the rest went to the part reached
  SLUICE_MIMETIC_CUT_NESTING = 4,    ///< parts were nested too deep: those inside were taken for body
  SLUICE_MIMETIC_THREW = 8,          ///< mimetic threw, or memory ran out; there is no tree
};

/// What an entity is to mimetic.
enum { SLUICE_MIMETIC_LEAF = 0, SLUICE_MIMETIC_MULTIPART = 1, SLUICE_MIMETIC_MESSAGE = 2 };

/// One entity: the message itself, a part, or the message inside a message/rfc822 part.
typedef struct {
  ptrdiff_t parent; ///< index of the entity it is in; -1 for the message itself
  size_t depth;     ///< 0 for the message itself
  int kind;
  size_t first_field;
  size_t field_count;
  sluice_mimetic_bytes body; ///< still transfer-encoded; of a multipart, nothing
  sluice_mimetic_bytes preamble;
  sluice_mimetic_bytes epilogue;
} sluice_mimetic_part;

/// A header field. The value is unfolded, without white space before it; mimetic ends it at a NUL, and gives those
/// that it understands (Content-Type) in words of its own.
typedef struct {
  sluice_mimetic_bytes name;
  sluice_mimetic_bytes value;
} sluice_mimetic_field;

/// Parses `count` bytes. Never null but for SLUICE_MIMETIC_THREW; `outcome` says how it ended.
sluice_mimetic_tree *sluice_mimetic_parse(
    const void *bytes, size_t count, const sluice_mimetic_limits *limits, unsigned *outcome);

/// Frees the tree and all bytes that came from it.
void sluice_mimetic_free(sluice_mimetic_tree *tree);

/// All entities in document order, at least one: each comes after the one it is in. And their fields, part by part.
typedef struct {
  const sluice_mimetic_part *parts;
  size_t part_count;
  const sluice_mimetic_field *fields; ///< may be null if there is none
  size_t field_count;
} sluice_mimetic_tables;

/// The tables of the tree, which live as long as it does.
sluice_mimetic_tables sluice_mimetic_tables_of(const sluice_mimetic_tree *tree);

enum { SLUICE_MIMETIC_MAILBOX = 0, SLUICE_MIMETIC_GROUP = 1, SLUICE_MIMETIC_MEMBER = 2 };

/// One address of a field's value. The members of a group follow it. Its bytes last for the call that it is given in.
typedef struct {
  int kind;
  sluice_mimetic_bytes name;    ///< as it is written, quoted and encoded; empty if there is none
  sluice_mimetic_bytes address; ///< with an at-sign if there is a domain; of a group, nothing
} sluice_mimetic_address;

/// Takes an address. Throws nothing.
typedef void (*sluice_mimetic_add_address)(void *context, sluice_mimetic_address address);

/// Reads `count` bytes as mimetic's AddressList, and gives each of its addresses to `add`, groups and members too. 0 if
/// mimetic threw, or memory ran out.
int sluice_mimetic_addresses_parse(const void *bytes, size_t count, void *context, sluice_mimetic_add_address add);

/// A date in mimetic's numbers, which need not be in any calendar. mimetic gives the beginning of 1970 for what it
/// cannot read.
typedef struct {
  int year;
  int month; ///< from 1; 0 for a name that is none
  int day;
  int hour;
  int minute;
  int second;
  int zone; ///< hours · 100 + minutes east of UTC
} sluice_mimetic_date;

/// Reads `count` bytes as mimetic's DateTime. 0 if mimetic threw, or memory ran out.
int sluice_mimetic_date_parse(const void *bytes, size_t count, sluice_mimetic_date *date);

/// Decodes base64 into `output`, of at least `count` bytes, and returns how many were written.
size_t sluice_mimetic_decode_base64(const void *bytes, size_t count, void *output);

/// Decodes quoted-printable into `output`, of at least `count + 1` bytes, and returns how many were written. mimetic
/// ends lines with LF, and drops control characters. If mimetic throws, or memory runs out, what was written before
/// counts.
size_t sluice_mimetic_decode_quoted_printable(const void *bytes, size_t count, void *output);

#ifdef __cplusplus
}
#endif

#endif
