// From a customer's identifier in clear to a pseudonym: HMAC-SHA-256 (tenant key; type, namespace,
// normalised value as length-prefixed parts), cut to 128 bits. Pseudonyms are stored data: neither
// normalising nor the bytes that are hashed may ever change.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "base/uuid.h"
#include "clientele/event/v1/event.pb.h"
#include "ingest/keys.h"
#include "ingest/phone.h"

namespace clientele::ingest {

// The value as it is hashed: phone to E.164 digits, mail to lower case (ASCII letters; others
// stay), all trimmed of blanks. INVALID_ARGUMENT with field `type`, `value` or `namespace` and the
// rule; the message never repeats the value: it is a person's.
[[nodiscard]] base::Result<std::string> NormaliseIdentifier(const event::v1::Identifier& identifier,
                                                            const PhoneRegion& region);

// Makes pseudonyms of one tenant. Not thread-safe: one per call.
class Pseudonymizer {
 public:
  explicit Pseudonymizer(const Key& tenant_key);
  ~Pseudonymizer();
  Pseudonymizer(const Pseudonymizer&) = delete;
  Pseudonymizer& operator=(const Pseudonymizer&) = delete;
  // `normalised` by NormaliseIdentifier.
  [[nodiscard]] base::Uuid Of(event::v1::Identifier::Type type, std::string_view name_space,
                              std::string_view normalised);

 private:
  struct HashState;

  // What SHA-256 knows once it has seen the key, of HMAC's inner and outer hash.
  std::unique_ptr<HashState> keyed_;
  std::string message_;
};

}  // namespace clientele::ingest
