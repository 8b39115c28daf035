#include "CMimetic.h"

#include "Cursor.h"
#include "FieldValues.h"

#include <exception>
#include <list>
#include <memory>
#include <new>
#include <vector>

#include <mimetic/mimetic.h>

namespace {

sluice_mimetic_bytes bytesOf(const std::string &string) { return {string.data(), string.size()}; }

} // namespace

struct sluice_mimetic_tree {
  mimetic::MimeEntity message;
  std::vector<sluice_mimetic_part> parts;
  std::vector<sluice_mimetic_field> fields;
  /// Values that mimetic does not keep as text.
  std::list<std::string> values;

  /// Lists the entities in document order, on a stack of its own rather than by recursion.
  void flatten() {
    fields.reserve(message.header().size());
    append(message, -1, 0);
    struct Pending {
      mimetic::MimeEntity *entity;
      ptrdiff_t parent;
      size_t depth;
    };
    std::vector<Pending> pending;
    auto addChildren = [&pending](mimetic::MimeEntity &entity, ptrdiff_t index, size_t depth) {
      const mimetic::MimeEntityList &children = entity.body().parts();
      for (auto child = children.rbegin(); child != children.rend(); ++child) {
        pending.push_back({*child, index, depth});
      }
    };
    addChildren(message, 0, 1);
    while (!pending.empty()) {
      Pending next = pending.back();
      pending.pop_back();
      ptrdiff_t index = static_cast<ptrdiff_t>(parts.size());
      append(*next.entity, next.parent, next.depth);
      addChildren(*next.entity, index, next.depth + 1);
    }
  }

  void append(mimetic::MimeEntity &entity, ptrdiff_t parent, size_t depth) {
    const mimetic::Body &body = entity.body();
    size_t first = fields.size();
    bool isMultipart = false;
    for (mimetic::Field &field : entity.header()) {
      const mimetic::FieldValue *value = sluice::valueOf(field);
      sluice_mimetic_bytes text = {"", 0};
      if (const std::string *kept = sluice::textOf(value)) {
        text = bytesOf(*kept);
      } else if (value) {
        text = bytesOf(values.emplace_back(value->str()));
        // The parser reads no other field.
        isMultipart = static_cast<const mimetic::ContentType *>(value)->isMultipart();
      }
      fields.push_back({bytesOf(field.name()), text});
    }
    int kind = isMultipart           ? SLUICE_MIMETIC_MULTIPART
               : body.parts().empty() ? SLUICE_MIMETIC_LEAF
                                      : SLUICE_MIMETIC_MESSAGE;
    parts.push_back({parent, depth, kind, first, fields.size() - first, bytesOf(body), bytesOf(body.preamble()),
                     bytesOf(body.epilogue())});
  }
};

sluice_mimetic_tree *sluice_mimetic_parse(
    const void *bytes, size_t count, const sluice_mimetic_limits *limits, unsigned *outcome) {
  try {
    const char *start = static_cast<const char *>(bytes);
    auto tree = std::make_unique<sluice_mimetic_tree>();
    sluice::Bounds bounds(start, count, *limits);
    tree->message.load(sluice::Cursor{start}, sluice::Cursor{start + count, &bounds});
    *outcome = bounds.reached;
    tree->flatten();
    return tree.release();
  } catch (...) {
    *outcome = SLUICE_MIMETIC_THREW;
    return nullptr;
  }
}

void sluice_mimetic_free(sluice_mimetic_tree *tree) { delete tree; }

sluice_mimetic_tables sluice_mimetic_tables_of(const sluice_mimetic_tree *tree) {
  return {tree->parts.data(), tree->parts.size(), tree->fields.data(), tree->fields.size()};
}
