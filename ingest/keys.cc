#include "ingest/keys.h"

#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>

namespace clientele::ingest {
namespace {

using base::Code;
using base::Fail;

constexpr int64_t kFileVersion = 1;
constexpr size_t kFingerprintBytes = 16;
constexpr off_t kMostFileBytes = 64 << 10;
constexpr std::string_view kHexDigits = "0123456789abcdef";

// Closes its descriptor.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string Hex(const Key& bytes) {
  std::string text;
  for (const uint8_t byte : bytes) {
    text += kHexDigits[byte >> 4];
    text += kHexDigits[byte & 15];
  }
  return text;
}

std::optional<Key> FromHex(std::string_view text) {
  Key key;
  if (text.size() != key.size() * 2) return std::nullopt;
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t digit = kHexDigits.find(text[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    key[i / 2] = static_cast<uint8_t>(key[i / 2] << 4 | digit);
  }
  return key;
}

// HKDF-SHA-256 (RFC 5869) without salt: the master is uniformly random.
Key Hkdf(const Key& master, std::string info) {
  using KdfContext = std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)>;
  static EVP_KDF* const kdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  const KdfContext context(EVP_KDF_CTX_new(kdf), EVP_KDF_CTX_free);
  char digest[] = "SHA256";
  Key secret = master;
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, secret.data(), secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
      OSSL_PARAM_construct_end()};
  Key key;
  // Cannot fail but for want of memory; a wrong pseudonym key would be worse than an end.
  if (EVP_KDF_derive(context.get(), key.data(), key.size(), parameters) != 1) std::abort();
  return key;
}

tl::unexpected<base::Error> SystemError(const std::string& path, const char* what) {
  const Code code = errno == ENOENT   ? Code::kNotFound
                    : errno == EEXIST ? Code::kAlreadyExists
                    : errno == EACCES ? Code::kPermissionDenied
                                      : Code::kUnavailable;
  return Fail(code, "key set {}: cannot {}: {}", path, what, std::strerror(errno));
}

base::Status WriteAll(const File& file, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = write(file.descriptor(), text.data(), text.size());
    if (written < 0) return SystemError(path, "write it");
    text.remove_prefix(static_cast<size_t>(written));
  }
  if (fsync(file.descriptor()) != 0) return SystemError(path, "sync it");
  // The file's name too must survive a power cut.
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const File parent(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent.descriptor() < 0 || fsync(parent.descriptor()) != 0) {
    return SystemError(path, "sync its folder");
  }
  return {};
}

base::Result<std::string> ReadAll(const File& file, const std::string& path) {
  std::string text(static_cast<size_t>(kMostFileBytes), '\0');
  size_t size = 0;
  for (;;) {
    const ssize_t got = read(file.descriptor(), text.data() + size, text.size() - size);
    if (got < 0) return SystemError(path, "read it");
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  text.resize(size);
  return text;
}

base::Result<Key> ParseFile(const std::string& text, const std::string& path) {
  try {
    const toml::table table = toml::parse(text);
    const auto version = table["version"].value_exact<int64_t>();
    if (!version) return Fail(Code::kInvalidArgument, "key set {}: has no version", path);
    if (*version > kFileVersion) {
      return Fail(Code::kFailedPrecondition,
                  "key set {}: version {} is newer than this program's {}; use the newer program",
                  path, *version, kFileVersion);
    }
    const auto master = table["master"].value_exact<std::string>();
    const auto key = master ? FromHex(*master) : std::nullopt;
    if (!key) {
      return Fail(Code::kInvalidArgument,
                  "key set {}: master must be 64 hex digits; restore the file from its copy", path);
    }
    return *key;
  } catch (const toml::parse_error& failure) {
    return Fail(Code::kInvalidArgument, "key set {}: line {}: {}", path,
                failure.source().begin.line, failure.description());
  }
}

}  // namespace

KeySet::KeySet(const Key& master)
    : master_(master),
      fingerprint_(Hex(Derive("clientele fingerprint v1", "")).substr(0, kFingerprintBytes * 2)) {}

Key KeySet::Derive(std::string_view purpose, std::string_view tenant) const {
  return Hkdf(master_, fmt::format("{}:{}{}:{}", purpose.size(), purpose, tenant.size(), tenant));
}

base::Result<std::unique_ptr<KeySet>> KeySet::Init(const std::string& path) {
  Key master;
  if (RAND_bytes(master.data(), static_cast<int>(master.size())) != 1) {
    return Fail(Code::kInternal, "key set {}: no random numbers from the system", path);
  }
  const File file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.descriptor() < 0 && errno == EEXIST) {
    return Fail(Code::kAlreadyExists,
                "key set {}: is there already; a new one would make every pseudonym of the log "
                "foreign, so it is never overwritten",
                path);
  }
  if (file.descriptor() < 0) return SystemError(path, "make it");
  auto keys = std::make_unique<KeySet>(master);
  const std::string text = fmt::format(
      "# Tenant keys of Clientele. Keep a copy in a safe place: without this file no customer of "
      "the"
      "\n# log can be found again. Never change it.\nversion = {}\nfingerprint = \"{}\"\n"
      "master = \"{}\"\n",
      kFileVersion, keys->Fingerprint(), Hex(master));
  if (auto written = WriteAll(file, text, path); !written) {
    unlink(path.c_str());
    return tl::unexpected(written.error());
  }
  return keys;
}

base::Result<std::unique_ptr<KeySet>> KeySet::Load(const std::string& path) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.descriptor() < 0 && errno == ENOENT) {
    return Fail(Code::kNotFound, "key set {}: is not there; make it with `clientele keys init`",
                path);
  }
  if (file.descriptor() < 0) return SystemError(path, "open it");
  struct stat state{};
  if (fstat(file.descriptor(), &state) != 0) return SystemError(path, "look at it");
  if ((state.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Fail(Code::kPermissionDenied,
                "key set {}: mode {:o} lets others at it; it must be 600: chmod 600 {}", path,
                state.st_mode & 0777, path);
  }
  if (!S_ISREG(state.st_mode) || state.st_size > kMostFileBytes - 1) {
    return Fail(Code::kInvalidArgument, "key set {}: is no key file", path);
  }
  const auto text = ReadAll(file, path);
  if (!text) return tl::unexpected(text.error());
  const auto master = ParseFile(*text, path);
  if (!master) return tl::unexpected(master.error());
  return std::make_unique<KeySet>(*master);
}

std::shared_ptr<const TenantKeys> KeySet::Of(std::string_view tenant) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = by_tenant_.find(tenant); found != by_tenant_.end()) {
      newest_first_.splice(newest_first_.begin(), newest_first_, found->second);
      return found->second->keys;
    }
  }
  auto keys = std::make_shared<const TenantKeys>(TenantKeys{
      Derive("clientele pseudonym v1", tenant), Derive("clientele wrapping v1", tenant)});
  const std::lock_guard lock(mutex_);
  if (by_tenant_.contains(tenant)) return keys;  // another thread was faster
  newest_first_.push_front({std::string(tenant), keys});
  by_tenant_.emplace(newest_first_.front().tenant, newest_first_.begin());
  if (by_tenant_.size() > kMostCachedTenants) {
    by_tenant_.erase(newest_first_.back().tenant);
    newest_first_.pop_back();
  }
  return keys;
}

size_t KeySet::CachedTenants() const {
  const std::lock_guard lock(mutex_);
  return by_tenant_.size();
}

}  // namespace clientele::ingest
