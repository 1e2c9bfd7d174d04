// AES-256-GCM over OpenSSL. Pure functions, any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ingest/keys.h"

namespace clientele::ingest {

inline constexpr size_t kNonceBytes = 12;
inline constexpr size_t kTagBytes = 16;

struct Sealed {
  std::string nonce;       // kNonceBytes random bytes
  std::string ciphertext;  // as long as the text, and the tag
};

[[nodiscard]] base::Result<Sealed> Seal(const Key& key, std::string_view text,
                                        std::string_view additional);
// DATA_LOSS if key, nonce, ciphertext and additional do not belong together.
[[nodiscard]] base::Result<std::string> Unseal(const Key& key, const Sealed& sealed,
                                               std::string_view additional);
// Random bytes of the operating system's generator.
[[nodiscard]] base::Result<Key> RandomKey();

}  // namespace clientele::ingest
