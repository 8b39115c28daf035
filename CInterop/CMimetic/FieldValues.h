// The values of fields where mimetic keeps them: it hands them out only by copy.
#ifndef SLUICE_FIELDVALUES_H
#define SLUICE_FIELDVALUES_H

#include <string>
#include <typeinfo>

#include <mimetic/mimetic.h>

namespace sluice {

/// The value of a field; may be null.
mimetic::FieldValue *&valueOf(mimetic::Field &field);

/// Defines `valueOf`: names in an explicit instantiation may be private.
template <mimetic::FieldValue *mimetic::Field::*value>
struct FieldValueAccess {
  friend mimetic::FieldValue *&valueOf(mimetic::Field &field) { return field.*value; }
};
template struct FieldValueAccess<&mimetic::Field::m_pValue>;

/// The text of a value that nobody has asked mimetic to read; null for any other.
inline const std::string *textOf(const mimetic::FieldValue *value) {
  if (!value || typeid(*value) != typeid(mimetic::StringFieldValue)) return nullptr;
  return &static_cast<const mimetic::StringFieldValue *>(value)->ref();
}

} // namespace sluice

#endif
