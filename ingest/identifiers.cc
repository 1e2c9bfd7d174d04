#include "ingest/identifiers.h"

// SHA-256 by itself: its state is a plain value, so one that has seen the key is copied for every
// message. EVP's HMAC allocates and looks things up for each, which costs more than the hash.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "ingest/rules/text.h"

namespace clientele::ingest {
namespace {

using base::FailField;
using event::v1::Identifier;

constexpr size_t kMostValueCharacters = 320;
constexpr size_t kMostNamespaceCharacters = 64;

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

base::Result<std::string> NormaliseMail(std::string_view value) {
  const size_t at = value.find('@');
  if (at == 0 || at == std::string_view::npos || at + 1 == value.size() ||
      value.find_first_of(" \t\r\n") != std::string_view::npos) {
    return FailField("value", "is no mail address: must be name@domain");
  }
  std::string lower(value);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace

base::Result<std::string> NormaliseIdentifier(const Identifier& identifier,
                                              const PhoneRegion& region) {
  const std::string_view value = Trimmed(identifier.value());
  if (identifier.type() == Identifier::TYPE_UNSPECIFIED ||
      !Identifier::Type_IsValid(identifier.type())) {
    return FailField("type",
                     "{}: must be one of PHONE, EMAIL, CRM_ID, COOKIE, MESSENGER, "
                     "ANONYMOUS, OTHER",
                     static_cast<int>(identifier.type()));
  }
  if (value.empty())
    return FailField("value", "empty: must have 1 to {} characters", kMostValueCharacters);
  if (rules::HasNul(value)) return FailField("value", "holds a NUL character");
  if (rules::TooLong(value, kMostValueCharacters)) {
    return FailField("value", "{} characters: must have 1 to {}", rules::Characters(value),
                     kMostValueCharacters);
  }
  if (rules::HasNul(identifier.namespace_())) {
    return FailField("namespace", "holds a NUL character");
  }
  if (rules::TooLong(identifier.namespace_(), kMostNamespaceCharacters)) {
    return FailField("namespace", "{} characters: must have at most {}",
                     rules::Characters(identifier.namespace_()), kMostNamespaceCharacters);
  }
  if (identifier.type() == Identifier::EMAIL) return NormaliseMail(value);
  if (identifier.type() != Identifier::PHONE) return std::string(value);
  auto digits = NormalisePhone(value, region);
  if (!digits) return FailField("value", "{}", digits.error().message);
  return digits;
}

struct Pseudonymizer::HashState {
  SHA256_CTX inner;
  SHA256_CTX outer;
};

// RFC 2104; the key is shorter than a block. These functions of SHA-256 cannot fail.
Pseudonymizer::Pseudonymizer(const Key& tenant_key) : keyed_(std::make_unique<HashState>()) {
  static_assert(std::tuple_size_v<Key> <= SHA256_CBLOCK);
  const auto begin = [&](SHA256_CTX& state, uint8_t pad) {
    std::array<uint8_t, SHA256_CBLOCK> block;
    block.fill(pad);
    for (size_t i = 0; i < tenant_key.size(); ++i) block[i] ^= tenant_key[i];
    SHA256_Init(&state);
    SHA256_Update(&state, block.data(), block.size());
    OPENSSL_cleanse(block.data(), block.size());
  };
  begin(keyed_->inner, 0x36);
  begin(keyed_->outer, 0x5c);
}

Pseudonymizer::~Pseudonymizer() { OPENSSL_cleanse(keyed_.get(), sizeof *keyed_); }

base::Uuid Pseudonymizer::Of(Identifier::Type type, std::string_view name_space,
                             std::string_view normalised) {
  message_.clear();
  const auto part = [&](std::string_view text) {
    const auto size = static_cast<uint32_t>(text.size());
    for (int shift = 24; shift >= 0; shift -= 8) message_ += static_cast<char>(size >> shift);
    message_ += text;
  };
  const char number = static_cast<char>(type);
  part({&number, 1});
  part(name_space);
  part(normalised);
  std::array<uint8_t, SHA256_DIGEST_LENGTH> digest;
  SHA256_CTX state = keyed_->inner;
  SHA256_Update(&state, message_.data(), message_.size());
  SHA256_Final(digest.data(), &state);
  state = keyed_->outer;
  SHA256_Update(&state, digest.data(), digest.size());
  SHA256_Final(digest.data(), &state);
  base::Uuid pseudonym;
  std::copy_n(digest.begin(), pseudonym.bytes.size(), pseudonym.bytes.begin());
  return pseudonym;
}

}  // namespace clientele::ingest
