// The tenant key set: one random master of 32 bytes in a file of mode 0600, made once by
// `clientele keys init`; every ingest host uses the same file. From it come one pseudonym key and
// one wrapping key per tenant (HKDF-SHA-256). Pseudonyms are stored data: the derivation may never
// change. Owned by `app`; any thread may call it.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"

namespace clientele::ingest {

using Key = std::array<uint8_t, 32>;

// The keys of one tenant.
struct TenantKeys {
  Key pseudonym{};  // HMAC key of the tenant's customers
  Key wrapping{};   // wraps the data keys of free text
};

class KeySet {
 public:
  // How many tenants' keys are kept; more are derived anew when they come back.
  static constexpr size_t kMostCachedTenants = 4'096;

  explicit KeySet(const Key& master);

  // Makes `path` with a new random master, mode 0600. ALREADY_EXISTS if there is anything at
  // `path`.
  [[nodiscard]] static base::Result<std::unique_ptr<KeySet>> Init(const std::string& path);
  // NOT_FOUND; PERMISSION_DENIED if group or others may read or write the file; INVALID_ARGUMENT
  // with what is wrong in it; FAILED_PRECONDITION for a file of a newer version.
  [[nodiscard]] static base::Result<std::unique_ptr<KeySet>> Load(const std::string& path);

  // 16 bytes in hex, derived from the master: tells key sets apart and gives nothing away. It is in
  // the log's genesis records.
  [[nodiscard]] const std::string& Fingerprint() const { return fingerprint_; }

  [[nodiscard]] std::shared_ptr<const TenantKeys> Of(std::string_view tenant);
  // For tests: how many tenants are kept now.
  [[nodiscard]] size_t CachedTenants() const;

 private:
  struct Cached {
    std::string tenant;
    std::shared_ptr<const TenantKeys> keys;
  };

  [[nodiscard]] Key Derive(std::string_view purpose, std::string_view tenant) const;

  const Key master_;
  const std::string fingerprint_;
  mutable std::mutex mutex_;
  std::list<Cached> newest_first_;
  // Views into the list's tenants.
  std::unordered_map<std::string_view, std::list<Cached>::iterator> by_tenant_;
};

}  // namespace clientele::ingest
