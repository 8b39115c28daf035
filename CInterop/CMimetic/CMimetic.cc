#include "CMimetic.h"

#include "Cursor.h"

#include <exception>
#include <memory>
#include <new>
#include <vector>

#include <mimetic/mimetic.h>

namespace {

sluice_mimetic_bytes bytesOf(const std::string &string) { return {string.data(), string.size()}; }

/// What mimetic's parser took the entity for.
int kindOf(const mimetic::MimeEntity &entity) {
  if (entity.header().contentType().isMultipart()) return SLUICE_MIMETIC_MULTIPART;
  return entity.body().parts().empty() ? SLUICE_MIMETIC_LEAF : SLUICE_MIMETIC_MESSAGE;
}

} // namespace

struct sluice_mimetic_tree {
  mimetic::MimeEntity message;
  std::vector<sluice_mimetic_part> parts;
  std::vector<const mimetic::Field *> fields;
  /// mimetic hands out values only by copy; all are made once, in the order of `fields`.
  std::vector<std::string> values;

  /// Lists the entities in document order, on a stack of its own rather than by recursion.
  void flatten() {
    struct Pending {
      const mimetic::MimeEntity *entity;
      ptrdiff_t parent;
      size_t depth;
    };
    std::vector<Pending> pending{{&message, -1, 0}};
    while (!pending.empty()) {
      Pending next = pending.back();
      pending.pop_back();
      ptrdiff_t index = static_cast<ptrdiff_t>(parts.size());
      append(*next.entity, next.parent, next.depth);
      const mimetic::MimeEntityList &children = next.entity->body().parts();
      for (auto child = children.rbegin(); child != children.rend(); ++child) {
        pending.push_back({*child, index, next.depth + 1});
      }
    }
  }

  void append(const mimetic::MimeEntity &entity, ptrdiff_t parent, size_t depth) {
    const mimetic::Body &body = entity.body();
    parts.push_back({parent, depth, kindOf(entity), fields.size(), entity.header().size(), bytesOf(body),
                     bytesOf(body.preamble()), bytesOf(body.epilogue())});
    for (const mimetic::Field &field : entity.header()) {
      fields.push_back(&field);
      values.push_back(field.value());
    }
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

size_t sluice_mimetic_part_count(const sluice_mimetic_tree *tree) { return tree->parts.size(); }

sluice_mimetic_part sluice_mimetic_part_at(const sluice_mimetic_tree *tree, size_t index) {
  return tree->parts[index];
}

sluice_mimetic_field sluice_mimetic_field_at(const sluice_mimetic_tree *tree, size_t index) {
  return {bytesOf(tree->fields[index]->name()), bytesOf(tree->values[index])};
}
