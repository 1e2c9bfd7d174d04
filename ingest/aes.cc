#include "ingest/aes.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>

namespace clientele::ingest {
namespace {

using base::Code;
using base::Fail;
using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

uint8_t* Bytes(std::string& text) { return reinterpret_cast<uint8_t*>(text.data()); }
const uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

// Found once: looking it up costs as much as sealing a short text.
const EVP_CIPHER* Gcm() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return cipher;
}

}  // namespace

base::Result<Sealed> Seal(const Key& key, std::string_view text, std::string_view additional) {
  Sealed sealed{std::string(kNonceBytes, '\0'), std::string(text.size() + kTagBytes, '\0')};
  const Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int size = 0;
  const bool done =
      RAND_bytes(Bytes(sealed.nonce), kNonceBytes) == 1 &&
      EVP_EncryptInit_ex(context.get(), Gcm(), nullptr, key.data(), Bytes(sealed.nonce)) == 1 &&
      EVP_EncryptUpdate(context.get(), nullptr, &size, Bytes(additional),
                        static_cast<int>(additional.size())) == 1 &&
      EVP_EncryptUpdate(context.get(), Bytes(sealed.ciphertext), &size, Bytes(text),
                        static_cast<int>(text.size())) == 1 &&
      EVP_EncryptFinal_ex(context.get(), Bytes(sealed.ciphertext) + size, &size) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes,
                          Bytes(sealed.ciphertext) + text.size()) == 1;
  if (!done) return Fail(Code::kInternal, "encryption: the library refused");
  return sealed;
}

base::Result<std::string> Unseal(const Key& key, const Sealed& sealed,
                                 std::string_view additional) {
  if (sealed.nonce.size() != kNonceBytes || sealed.ciphertext.size() < kTagBytes) {
    return Fail(Code::kDataLoss, "sealed text: nonce of {} and text of {} bytes are too short",
                sealed.nonce.size(), sealed.ciphertext.size());
  }
  std::string text(sealed.ciphertext.size() - kTagBytes, '\0');
  std::string tag = sealed.ciphertext.substr(text.size());
  const Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int size = 0;
  const bool done =
      EVP_DecryptInit_ex(context.get(), Gcm(), nullptr, key.data(),
                         Bytes(std::string_view(sealed.nonce))) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &size, Bytes(additional),
                        static_cast<int>(additional.size())) == 1 &&
      EVP_DecryptUpdate(context.get(), Bytes(text), &size,
                        Bytes(std::string_view(sealed.ciphertext)),
                        static_cast<int>(text.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, Bytes(tag)) == 1 &&
      EVP_DecryptFinal_ex(context.get(), Bytes(text) + size, &size) == 1;
  if (!done) return Fail(Code::kDataLoss, "sealed text: its key or its place is another");
  return text;
}

base::Result<Key> RandomKey() {
  Key key;
  if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1) {
    return Fail(Code::kInternal, "no random numbers from the system");
  }
  return key;
}

}  // namespace clientele::ingest
